"""What can one service prove of some aggregates? Their events and journal rows, each with its way to a signed head."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from asyncpg import Connection, Record

from ..ids import stream_key
from ..journal.entries import EVENT, ROW, Entry, event_entry, row_entry
from ..journal.head import HeadSigner, Statement
from ..journal.history import Subject
from ..journal.merkle import ALGORITHMS
from ..journal.proving import Proof, Prover, statements
from ..journal.sealing import newest
from ..reading import Read
from ..refusals import Refusal
from .verify_evidence import PART, signed_text

Attach = Callable[[Read, Subject], Awaitable[Mapping[str, str]]]
"""Files about an aggregate by name, such as the certificate of a draw; none if there is none."""

MOST_ENTRIES = 2_000
_ROWS = f"SELECT {ROW} FROM journal WHERE subject = ANY($1::text[]) ORDER BY xid, id LIMIT {MOST_ENTRIES + 1}"
_EVENTS = f"""
SELECT {EVENT} FROM event WHERE stream = ANY($1::uuid[]) ORDER BY xid, stream, seq LIMIT {MOST_ENTRIES + 1}
"""
_WITNESSED = """
SELECT DISTINCT ON (source) source, number, statement, encode(key, 'hex') AS key, encode(signature, 'hex') AS signature
FROM witness w WHERE (cardinality($1::text[]) = 0 OR source || ':' || number = ANY($1))
  AND NOT EXISTS (SELECT FROM witness o WHERE o.source = w.source AND o.number = w.number AND o.head <> w.head)
ORDER BY source, number DESC
"""


class NotSealedYet(Refusal, status=409):
    """最近的记录尚未封存：请稍候数秒再导出证据。"""


class TooMuchEvidence(Refusal, status=422, field="subject"):
    """相关记录过多，无法放入一个证据包：请减少所列对象。"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Of which aggregates: the first is what it is about."""

    subjects: Sequence[str]
    through: Sequence[int] = ()
    """Seals of ours that others show as witnessed: the chain must lead to them."""
    seen: Sequence[str] = ()
    """Which heads of the others to show, `notify:12`; none: the newest of each."""


async def part_of(read: Read, wanted: Wanted, source: str, attach: Mapping[str, Attach]) -> dict[str, Any]:
    """The part of the service whose urn is `source`: signed, and its attachments beside it.

    Raises NotSealedYet, TooMuchEvidence.
    """
    service = source.rpartition(":")[2]
    rows = await read.connection.fetch(_ROWS, list(wanted.subjects))
    events = await read.connection.fetch(_EVENTS, [stream_key(service, subject) for subject in wanted.subjects])
    if max(len(rows), len(events)) > MOST_ENTRIES:
        raise TooMuchEvidence
    head = await newest(read.connection)
    proven = await _proven(read.connection, rows, events)
    seals = {proof.seal for _, proof in proven} | set(wanted.through)
    end = 0 if head is None else Statement.read(head.text).seal
    chain = await statements(read.connection, {seal for seal in seals if seal <= end} | {end}, end) if end else []
    attachments = await _attachments(read, wanted, attach)
    signer = HeadSigner(read.keys)
    part = {
        "format": PART,
        "source": source,
        "subjects": list(wanted.subjects),
        "made_at": read.now.isoformat(),
        "statements": [signed.text for signed in chain],
        "head_signature": "" if head is None else signer.sign(head.text).signature.hex(),
        "entries": [_shown(entry, proof) for entry, proof in proven],
        "witnessed": [
            {name: row[name] for name in ("statement", "key", "signature")}
            for row in await read.connection.fetch(_WITNESSED, list(wanted.seen))
        ],
        "attachments": {name: hashlib.sha256(text.encode()).hexdigest() for name, text in attachments.items()},
    }
    signed = signer.sign(signed_text(part).decode())
    return {
        "part": part, "key": signed.key.hex(), "signature": signed.signature.hex(), "attachments": attachments
    }  # fmt: skip


async def _proven(
    connection: Connection, rows: Sequence[Record], events: Sequence[Record]
) -> list[tuple[Entry, Proof]]:
    """Each entry with its way up, in the order of the log."""
    found: list[tuple[Entry, Proof]] = []
    prover = Prover(connection)
    for row in [*rows, *events]:
        place = row_entry(row, ALGORITHMS["sm3"]).place if "id" in row else event_entry(row).place
        proof = await prover.prove(place)
        if proof is None:
            raise NotSealedYet
        digest = ALGORITHMS[proof.algorithm]
        found.append((row_entry(row, digest) if "id" in row else event_entry(row), proof))
    return sorted(found, key=lambda one: one[1].number)


def _shown(entry: Entry, proof: Proof) -> dict[str, Any]:
    return {
        "number": proof.number,
        "seal": proof.seal,
        "steps": [step.hex() for step in proof.steps],
        "text": entry.text.decode(),
    }


async def _attachments(read: Read, wanted: Wanted, attach: Mapping[str, Attach]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in wanted.subjects:
        subject = Subject.read(text)
        if subject.noun in attach:
            found |= await attach[subject.noun](read, subject)
    return found
