"""What does a command or a reaction do its work with? A `Tx`: it reads, collects what changes, and never commits.

What is read goes through the map of what this tx already wrote. An aggregate is saved with the events that changed it;
its version grows by their number. Two places commit: the HTTP edge (`deciding`) and the consumer loop (`inbox`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from asyncpg import Connection
from sqlalchemy import Select

from shenguan_contracts.envelope import Envelope, encode
from shenguan_contracts.event import Event, type_of

from .db import compiled, get_many_sql, get_one_sql
from .identity.caller import Caller
from .ids import new_id, stream_key
from .refusals import NotFound, Refusal
from .store import Key, Stored, stored

A = TypeVar("A")
Place = tuple[Stored, Key]

MOST_BYTES = 900_000
"""An event larger than this never enters the outbox: the bus would refuse it."""


class StaleEtag(Refusal, status=412, rule="RFC 9110 §13.1.1"):
    """该对象已被他人更改：请重新读取最新版本，核对后再提交。"""


class Conflict(Exception):
    """What was decided on has changed meanwhile; nothing was written."""


class AlreadyWritten(Exception):
    """A batch wrote what should be taken back: only a savepoint can."""


class TooLarge(Refusal, status=413):
    """提交的内容过大，无法作为事件传送：请精简文字，附件另行上传。"""


@dataclass(frozen=True, slots=True)
class Said:
    """One event as it will be kept and queued."""

    stream: Any
    seq: int
    subject: str
    type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks: the service's name and its urn."""

    service: str
    urn: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A point to which a tx can be taken back."""

    undo: int
    said: int
    flushes: int


@dataclass(slots=True)
class Pending:
    """What a tx will write: whole rows by place, the versions they were decided on, and what is said."""

    rows: dict[Place, Any] = field(default_factory=dict)
    """The newest row of each place written, aggregates and copies."""
    base: dict[Place, int] = field(default_factory=dict)
    """The version in the database of each aggregate read or written; 0 for a new one."""
    said: list[Said] = field(default_factory=list)
    held: frozenset[Place] = frozenset()
    """What an earlier flush of the same transaction checked or wrote: locked, so it cannot change any more."""

    def guards(self) -> list[tuple[Stored, Key, int]]:
        """Aggregates that were read but not written: their versions must still hold."""
        free = self.base.keys() - self.rows.keys() - self.held
        return [(at[0], at[1], self.base[at]) for at in free]


class Tx:
    """One decision, on one connection. Its instant does not change while it decides."""

    def __init__(  # noqa: PLR0913 - each is a fact of the decision, named at the call
        self,
        connection: Connection,
        *,
        speaker: Speaker,
        caller: Caller,
        now: datetime,
        heard: Envelope | None = None,
        trace: str | None = None,
        expects: int | None = None,
    ) -> None:
        self.now = now
        self.caller = caller
        self.heard = heard
        self.trace = trace
        self.pending = Pending()
        self.first: Place | None = None
        self.flushes = 0
        self.connection = connection
        self._speaker = speaker
        self._expects = expects
        self._read: dict[Place, Any] = {}
        self._looked: set[Place] = set()
        self._undo: list[tuple[dict[Place, Any], Place, Any]] = []

    def new_id(self) -> Any:
        """A new id, ordered by time."""
        return new_id()

    async def get(self, kind: type[A], *key: Any) -> A:
        """The row of a key as this tx sees it; raises NotFound. Its version joins the commit's check."""
        found = await self.find(kind, *key)
        if found is None:
            raise NotFound(of=kind.__name__, key="/".join(map(str, key)))
        return found

    async def find(self, kind: type[A], *key: Any) -> A | None:
        """The row of a key, or None."""
        at = stored(kind), key
        if at not in self._read:
            self._remember(at, await self._fetch(at))
        found: A | None = self._read[at]
        return found

    def add(self, aggregate: A, *events: Event) -> A:
        """A new aggregate with its first events; returns it with its version."""
        return self._change(aggregate, events, new=True)

    def save(self, aggregate: A, *events: Event) -> A:
        """A changed aggregate with the events that changed it; returns it with its new version."""
        return self._change(aggregate, events, new=False)

    def keep(self, row: Any) -> None:
        """Upsert a copy, whole."""
        at = stored(type(row)), stored(type(row)).key_of(row)
        if at[0].noun is not None:
            raise TypeError(f"{type(row).__name__} is an aggregate: save it with its event")
        self._set(self.pending.rows, at, row)
        self._set(self._read, at, row)

    async def query(self, statement: Select[Any]) -> Sequence[Any]:
        """Rows of a select, for look-ups: they are not guarded. In a batch, what is pending is written first."""
        await self._settle()
        text, values = compiled(statement)
        rows: Sequence[Any] = await self.connection.fetch(text, *values)
        return rows

    def looked_for(self, at: Place) -> bool:
        """True if this tx read the place before it wrote it."""
        return at in self._looked

    def mark(self) -> Mark:
        """Where `undo` can take this tx back to."""
        return Mark(len(self._undo), len(self.pending.said), self.flushes)

    def undo(self, mark: Mark) -> None:
        """Take back what was written since `mark` (a reaction that said NotYet); raises AlreadyWritten."""
        if mark.flushes != self.flushes:
            raise AlreadyWritten
        while len(self._undo) > mark.undo:
            where, at, old = self._undo.pop()
            if old is _ABSENT:
                where.pop(at, None)
            else:
                where[at] = old
        del self.pending.said[mark.said :]

    async def _settle(self) -> None:
        """Write what is pending, where the tx can; a command's tx writes only at its commit."""

    async def _fetch(self, at: Place) -> Any | None:
        place, key = at
        row = await self.connection.fetchrow(get_one_sql(place.name, place.columns, place.key), *key)
        return None if row is None else place.load(row)

    def _remember(self, at: Place, found: Any | None) -> None:
        self._read[at] = found
        self._looked.add(at)
        if found is None or at[0].noun is None:
            return
        self.pending.base[at] = found.version
        if self.first is None:
            self.first = at
            if self._expects is not None and found.version != self._expects:
                raise StaleEtag(current=found.version, given=self._expects)

    def _change(self, aggregate: A, events: tuple[Event, ...], *, new: bool) -> A:
        place = stored(type(aggregate))
        at = place, place.key_of(aggregate)
        version = self._version_before(at, aggregate, new=new)
        self._check(at, events)
        for number, event in enumerate(events, version + 1):
            self._say(event, number)
        changed: A = replace(aggregate, version=version + len(events))  # type: ignore[type-var]  # aggregates are dataclasses
        self._set(self.pending.rows, at, changed)
        self._set(self._read, at, changed)
        if self.first is None:
            self.first = at
        return changed

    def _version_before(self, at: Place, aggregate: Any, *, new: bool) -> int:
        if new:
            if at in self.pending.rows or self._read.get(at) is not None:
                raise Conflict(f"{at[0].name} exists already")
            self._set(self.pending.base, at, 0)
            return 0
        if at not in self.pending.base:
            raise TypeError(f"{type(aggregate).__name__} was not read through this tx")
        return int(self._read[at].version)

    def _check(self, at: Place, events: tuple[Event, ...]) -> None:
        if not events:
            raise TypeError(f"{at[0].kind.__name__} is saved without an event: every change says so")
        for event in events:
            if event.noun != at[0].noun or (event.stream_id,) != at[1]:
                raise TypeError(f"{type(event).__name__} of {event.subject} does not belong to {at[0].noun}/{at[1][0]}")

    def _say(self, event: Event, number: int) -> None:
        body = encode(event, source=self._speaker.urn, sequence=number, time=self.now, traceparent=self.trace)
        if len(body) > MOST_BYTES:
            raise TooLarge(bytes=len(body), most=MOST_BYTES)
        subject, service = event.subject, self._speaker.service
        self.pending.said.append(
            Said(stream_key(service, subject), number, subject, type_of(type(event), service), body)
        )

    def _set(self, where: dict[Place, Any], at: Place, value: Any) -> None:
        self._undo.append((where, at, where.get(at, _ABSENT)))
        where[at] = value


class BatchTx(Tx):
    """The tx of a consumer's batch: its connection is in an open transaction, and it may write before the end."""

    def __init__(self, connection: Connection, *, locking: bool = False, **known: Any) -> None:
        super().__init__(connection, **known)
        self._locking = locking

    async def prefetch(self, wanted: Sequence[tuple[type[Any], Any]]) -> None:
        """Read many rows with one query per kind: `(kind, key)`, the key a value or a tuple of them."""
        by_kind: dict[Stored, set[Key]] = {}
        for kind, key in wanted:
            at = stored(kind), key if isinstance(key, tuple) else (key,)
            if at not in self._read:
                by_kind.setdefault(at[0], set()).add(at[1])
        for place, keys in by_kind.items():
            await self._fetch_many(place, list(keys))

    async def _fetch_many(self, place: Stored, keys: list[Key]) -> None:
        types = tuple(place.type_of(part) for part in place.key)
        text = get_many_sql(place.name, place.columns, place.key, types) + self._lock_words(place)
        found = {}
        for row in await self.connection.fetch(text, *map(list, zip(*keys, strict=True))):
            value = place.load(row)
            found[place.key_of(value)] = value
        for key in keys:
            self._remember((place, key), found.get(key))

    def _lock_words(self, place: Stored) -> str:
        """After a conflict the rows are locked in id order as they are read, so that the next try gets through."""
        return " ORDER BY t.id FOR UPDATE OF t" if self._locking and place.noun else ""

    async def _settle(self) -> None:
        if self.pending.rows:
            await self.flush()

    async def flush(self) -> None:
        """Write all that is pending in a few set statements; raises Conflict."""
        from .writes import write_batch  # writes knows Pending; Pending need not know writes

        pending, self.pending = self.pending, Pending()
        self._undo.clear()
        self.flushes += 1
        await write_batch(self.connection, pending)
        written = {at: row.version for at, row in pending.rows.items() if at[0].noun is not None}
        self.pending.base = pending.base | written
        self.pending.held = frozenset(self.pending.base)


_ABSENT = object()
