"""Is everything as it was sealed? Seal by seal, entry by entry; what is not has a name.

A part of the chain is verified at a time: `after` names the seal before it, whose head the first seal must follow.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from uuid import UUID

from asyncpg import Connection

from .entries import NO_STREAM, START, Entry, Place, named, present
from .faults import Fault, Finding
from .head import FIRST, SignedHead, Statement, back_of
from .merkle import ALGORITHMS, SIZE, Digest, leaf, root

_SEALS = "SELECT * FROM seal WHERE number > $1 ORDER BY number LIMIT $2"
_HEADS = "SELECT number, head FROM seal WHERE number = ANY($1::bigint[])"
_ONE = "SELECT * FROM seal WHERE number = $1"
_LAST_OF_KEYS = "SELECT max(number) FROM seal WHERE key = ANY($1::bytea[])"
_SEALS_AT_ONCE = 64
_ENTRIES_AT_ONCE = 4096
_MOST_FINDINGS = 200


@dataclass(frozen=True, slots=True)
class Link:
    """How far the chain was followed: the seal, its head, the entries under it, and the last of each kind."""

    seal: int = 0
    head: bytes = FIRST
    last: int = 0
    row: Place = START
    event: Place = START


@dataclass(frozen=True, slots=True)
class Sealed:
    """A seal as it lies in the database; `back` is the head of the seal that its `back` names."""

    number: int
    signed: SignedHead
    head: bytes
    places: Sequence[Place]
    leaves: Sequence[bytes]
    last: int
    row: Place
    event: Place
    back: bytes | None

    @classmethod
    def load(cls, row: Mapping[str, Any], back: bytes | None) -> Sealed:
        """The seal of a row."""
        rows = [(xid, NO_STREAM, id_) for xid, id_ in zip(row["row_xids"], row["row_ids"], strict=False)]
        events = zip(row["event_xids"], row["event_streams"], row["event_seqs"], strict=False)
        leaves = row["leaves"]
        return cls(
            number=row["number"],
            signed=SignedHead(row["statement"], row["key"], row["signature"]),
            head=row["head"],
            places=[*rows, *((xid, UUID(str(stream)), seq) for xid, stream, seq in events)],
            leaves=[leaves[at : at + SIZE] for at in range(0, len(leaves), SIZE)],
            last=row["last"],
            row=(row["row_xid"], NO_STREAM, row["row_id"]),
            event=(row["event_xid"], UUID(str(row["event_stream"])), row["event_seq"]),
            back=back,
        )

    @property
    def digest(self) -> Digest:
        """The hash it was sealed with, as far as its statement tells."""
        named = re.search(r"^algorithm (\w+)$", self.signed.text, re.MULTILINE)
        return ALGORITHMS.get(named[1] if named else "", ALGORITHMS["sm3"])

    def link(self) -> Link:
        """The chain up to here, as this seal has it."""
        return Link(self.number, self.head, self.last, self.row, self.event)


@dataclass(slots=True)
class Verdict:
    """What was found between `after` and `upto`; `heads` are the heads met, by seal."""

    source: str
    upto: Link
    findings: list[Finding] = field(default_factory=list)
    heads: dict[int, tuple[int, bytes]] = field(default_factory=dict)
    ended: bool = True
    """Nothing is sealed beyond `upto`, or nothing beyond it can be judged."""


@dataclass(frozen=True, slots=True)
class _Changed:
    """An entry that says something else now than when it was sealed."""

    number: int
    seal: int
    entry: Entry
    leaf: bytes
    digest: Digest


async def verify(
    connection: Connection, source: str, known: Collection[bytes], after: int = 0, seconds: float = float("inf")
) -> Verdict:
    """Verify what was sealed after seal `after`, for about `seconds`, at least some of it.

    `source` is the service's urn, `known` are the keys that it may sign with. A seal under a key that was dropped is
    vouched for by any later one under a known key: the sealer goes on from no head that is not its own.
    """
    vouched = _Vouched(known, await connection.fetchval(_LAST_OF_KEYS, list(known)) or 0)
    begun = await connection.fetchrow(_ONE, after) if after else None
    verdict = Verdict(source, Sealed.load(begun, None).link() if begun else Link())
    changed: list[_Changed] = []
    until = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < until or verdict.upto.seal == after:
        found = await _seals(connection, verdict.upto.seal)
        for run in _runs(found):
            entries = await _entries(connection, verdict.upto, run)
            for sealed in run:
                if not _follow(verdict, sealed, entries.upto(sealed), vouched, changed):
                    return _named(verdict, changed)
        if len(found) < _SEALS_AT_ONCE or len(verdict.findings) + len(changed) >= _MOST_FINDINGS:
            return _named(verdict, changed)
    verdict.ended = False
    return _named(verdict, changed)


def verify_export(source: str, known: Collection[bytes], seals: Iterable[tuple[Sealed, Sequence[Entry]]]) -> Verdict:
    """The same of a whole log that was taken along: seals with what was found under them."""
    told = list(seals)
    last = max((sealed.number for sealed, _ in told if sealed.signed.key in known), default=0)
    verdict, vouched, changed = Verdict(source, Link()), _Vouched(known, last), list[_Changed]()
    for sealed, entries in told:
        if not _follow(verdict, sealed, entries, vouched, changed):
            break
    return _named(verdict, changed)


async def seals_after(connection: Connection, after: int) -> AsyncIterator[tuple[Sealed, list[Entry]]]:
    """The next seals after number `after`, of some thousand entries together, with what is found under each."""
    begun = await connection.fetchrow(_ONE, after) if after else None
    before = Sealed.load(begun, None).link() if begun else Link()
    run = next(_runs(await _seals(connection, after)), [])
    entries = await _entries(connection, before, run) if run else _Entries(())
    for sealed in run:
        yield sealed, entries.upto(sealed)


async def _seals(connection: Connection, after: int) -> list[Sealed]:
    rows = await connection.fetch(_SEALS, after, _SEALS_AT_ONCE)
    backs = [back_of(row["number"]) for row in rows]
    heads = {row["number"]: row["head"] for row in await connection.fetch(_HEADS, backs)}
    return [Sealed.load(row, heads.get(back)) for row, back in zip(rows, backs, strict=True)]


@dataclass(frozen=True, slots=True)
class _Vouched:
    """Which seals' signers are known: those of these keys, and any before the last seal of theirs."""

    known: Collection[bytes]
    upto: int

    def holds(self, sealed: Sealed) -> bool:
        return sealed.signed.is_signed() and (sealed.signed.key in self.known or sealed.number < self.upto)


class _Entries:
    """What is there, handed out seal by seal."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._rows = deque(entry for entry in entries if entry.is_row)
        self._events = deque(entry for entry in entries if not entry.is_row)

    def upto(self, sealed: Sealed) -> list[Entry]:
        """What lies under this seal, by the places where it ends."""
        found = []
        for queue, last in ((self._rows, sealed.row), (self._events, sealed.event)):
            while queue and queue[0].place <= last:
                found.append(queue.popleft())
        return found


def _runs(seals: Sequence[Sealed]) -> Iterator[list[Sealed]]:
    """Seals of one hash and of not too many entries, whose entries are fetched at once."""
    run: list[Sealed] = []
    for sealed in seals:
        if run and (sealed.digest is not run[0].digest or sealed.last - run[0].last > _ENTRIES_AT_ONCE):
            yield run
            run = []
        run.append(sealed)
    if run:
        yield run


async def _entries(connection: Connection, before: Link, run: Sequence[Sealed]) -> _Entries:
    rows, events = [sealed.row for sealed in run], [sealed.event for sealed in run]
    upto = max(before.row, *rows), max(before.event, *events)
    return _Entries(await present(connection, (before.row, before.event), upto, run[0].digest))


def _follow(
    verdict: Verdict, sealed: Sealed, entries: Sequence[Entry], vouched: _Vouched, changed: list[_Changed]
) -> bool:
    """Judge one seal and what lies under it; False if nothing after it can be judged."""
    before = verdict.upto
    broken = _of_the_seal(before, sealed, verdict.source)
    if broken is not None:
        verdict.findings.append(broken)
        return False
    statement = Statement.read(sealed.signed.text)
    if not vouched.holds(sealed):
        signs = Finding(fault=Fault.SIGNATURE, seal=sealed.number, entry=statement.first, upto=statement.last)
        verdict.findings.append(signs)
    verdict.findings += _of_the_entries(sealed, statement, entries, changed)
    verdict.upto = sealed.link()
    verdict.heads[sealed.number] = sealed.last, sealed.head
    return True


def _of_the_seal(before: Link, sealed: Sealed, source: str) -> Finding | None:
    """What is wrong with the seal itself."""
    if sealed.number != before.seal + 1:
        return Finding(fault=Fault.SEAL_REMOVED, seal=before.seal + 1, entry=before.last + 1)
    broken = Finding(fault=Fault.SEAL_CHANGED, seal=sealed.number, entry=before.last + 1, upto=sealed.last)
    try:
        statement = Statement.read(sealed.signed.text)
    except ValueError:
        return broken
    rows = [place for place in sealed.places if place[1] == NO_STREAM]
    events = [place for place in sealed.places if place[1] != NO_STREAM]
    holds = (
        (statement.source, statement.seal, statement.first) == (source, sealed.number, before.last + 1)
        and statement.last == sealed.last
        and statement.last - before.last == len(sealed.leaves) == len(sealed.places)
        and sealed.head == statement.head()
        and statement.previous == before.head
        and statement.back == (sealed.back if back_of(sealed.number) else FIRST)
        and statement.root == root(ALGORITHMS[statement.algorithm], sealed.leaves)
        and sealed.row == (rows[-1] if rows else before.row)
        and sealed.event == (events[-1] if events else before.event)
    )
    return None if holds else broken


def _of_the_entries(
    sealed: Sealed, statement: Statement, entries: Sequence[Entry], changed: list[_Changed]
) -> Iterator[Finding]:
    """What is wrong with what lies under it."""
    digest = ALGORITHMS[statement.algorithm]
    here = {entry.place: entry for entry in entries}
    for number, place, sealed_leaf in zip(
        range(statement.first, statement.last + 1), sealed.places, sealed.leaves, strict=True
    ):
        entry = here.pop(place, None)
        if entry is None:
            yield Finding(fault=Fault.REMOVED, seal=sealed.number, entry=number, about=named(place))
        elif leaf(digest, entry.text) != sealed_leaf:
            changed.append(_Changed(number, sealed.number, entry, sealed_leaf, digest))
    for place, entry in here.items():
        number = statement.first + _how_many_before(sealed.places, place)
        yield Finding(fault=Fault.INSERTED, seal=sealed.number, entry=min(number, statement.last), about=entry.name())


def _how_many_before(places: Sequence[Place], new: Place) -> int:
    """Rows come first, then events, each in the order of their places."""
    return sum((place[1] != NO_STREAM, place) < (new[1] != NO_STREAM, new) for place in places)


def _named(verdict: Verdict, changed: Sequence[_Changed]) -> Verdict:
    """Of the changed entries tell those that hold each other's content."""
    few = list(islice(changed, _MOST_FINDINGS))
    for one in few:
        swapped = next((other for other in few if other is not one and _exchanged(one, other)), None)
        fault, about = Fault.CHANGED, one.entry.name()
        if swapped is not None:
            fault, about = Fault.SWAPPED, f"{about} ↔ {swapped.number}"
        verdict.findings.append(Finding(fault=fault, seal=one.seal, entry=one.number, about=about))
    verdict.findings.sort(key=lambda finding: (finding.entry, finding.seal))
    return verdict


def _exchanged(one: _Changed, other: _Changed) -> bool:
    """True if what is now in `other`'s place was sealed in `one`'s."""
    same_kind = one.entry.is_row == other.entry.is_row
    return same_kind and leaf(one.digest, other.entry.moved_to(one.entry.place)) == one.leaf
