"""What did a run leave behind? The databases and the bus are read when all is quiet, into the facts that are judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from notify_svc.duties.rules import answers_of, demands_of
from notify_svc.duties.words import Deed
from shenguan_chassis.bus.connect import bus_from
from shenguan_chassis.bus.port import Received
from shenguan_chassis.ids import stream_key
from shenguan_chassis.journal.faults import first_of
from shenguan_chassis.journal.sealing import unsealed
from shenguan_chassis.journal.verifying import verify
from shenguan_chassis.testing.ear import DIVISION
from shenguan_contracts.catalogue import topic_of
from shenguan_contracts.envelope import Envelope, decode, urn
from shenguan_contracts.notify import ObligationMet, ObligationOpened
from shenguan_kernel.calendar_copy.rules import calendar_from, years_touched
from shenguan_kernel.working_days import due, working_days
from tests.faults.records import Attempt, Chain, Duty, Effect, Entry, History, Move, Said, Stream, Witnessed
from tests.faults.watching import Place, opened

COMMANDED = frozenset(
    {"CaseSubmitted", "CaseAccepted", "CaseGranted", "ApprovalClaimed", "ItemPublished", "DepartmentRegistered"}
)

_AGGREGATES = {
    "approval": {"case": "cases", "item": "items", "license": "licenses"},
    "supervision": {"department": "departments", "watch": "watches"},
    "notify": {"calendar-notice": "missing_years", "calendar-year": "calendar_years", "obligation": "obligations"},
}


@dataclass(frozen=True, slots=True)
class Belongings:
    """What one service has in its database."""

    name: str
    kept: list[Envelope]
    entries: list[Entry]
    rows: dict[Stream, int]
    chain: Chain
    witnessed: list[Witnessed]
    left: dict[str, int]
    positions: dict[UUID, int]
    watched: list[tuple[str, list[str]]]


async def at_rest(places: Sequence[Place]) -> bool:
    """True once nothing is under way: what was said was heard and took effect, and the journals are sealed."""
    said, stands = {}, {}
    for place in places:
        async with opened(place.dsn) as connection:
            if await connection.fetchval(_BUSY) or await unsealed(connection):
                return False
            said[place.name], stands[place.name] = await connection.fetchrow(_SAID_AND_HEARD)
    return all(stands[place.name] == sum(said.get(name, 0) for name in place.service.hears) for place in places)


_BUSY = "SELECT EXISTS (SELECT FROM queue) OR EXISTS (SELECT FROM parked)"
_SAID_AND_HEARD = "SELECT (SELECT count(*) FROM event), (SELECT coalesce(sum(seq), 0)::bigint FROM position)"


async def gathered(places: Sequence[Place], attempts: Sequence[Attempt], bus_url: str) -> History:
    """Read everything; the services may run on, but nothing may be asked of them meanwhile."""
    found = [await _belongings(place) for place in places]
    kept = [envelope for one in found for envelope in one.kept]
    streams = {stream_key(*_stream(envelope)): _stream(envelope) for envelope in kept}
    said_limit = {envelope.data["about"]: _stream(envelope) for envelope in kept if _tells_limit(envelope)}
    hears = {place.name: place.service.hears for place in places}
    return History(
        attempts=attempts,
        kept=[_said(envelope) for envelope in kept],
        commanded=COMMANDED,
        entries=[entry for one in found for entry in one.entries],
        rows={stream: version for one in found for stream, version in one.rows.items()},
        wire=[_said(decode(record.value)) for record in await _records(bus_url, [place.name for place in places])],
        left={f"{what} of {one.name}": count for one in found for what, count in one.left.items()},
        hears=hears,
        positions={one.name: {_known(streams, key): at for key, at in one.positions.items()} for one in found},
        moves=[move for one in found for move in _moves(one, streams)],
        wanted=[effect for envelope in kept for effect in _wanted(envelope, hears)],
        effects=[effect for one in found for effect in _effects(one, streams, said_limit)],
        owed=list(_owed(kept)),
        opened=list(_opened(kept)),
        chains={one.name: one.chain for one in found},
        witnessed=[seen for one in found for seen in one.witnessed if seen.source in hears],
    )


async def _belongings(place: Place) -> Belongings:
    name = place.name
    async with opened(place.dsn) as connection:
        keys = {row["key"] for row in await connection.fetch("SELECT DISTINCT key FROM seal")}
        verdict = await verify(connection, urn(DIVISION, name), keys)
        broken = first_of(verdict.findings)
        entries = await connection.fetchval("SELECT (SELECT count(*) FROM journal) + (SELECT count(*) FROM event)")
        return Belongings(
            name=name,
            kept=[decode(row["body"]) for row in await connection.fetch("SELECT body FROM event ORDER BY stream, seq")],
            entries=[Entry(name, *row.values()) for row in await connection.fetch(_ENTRIES)],
            rows={
                Stream(name, f"{noun}/{row['id']}"): row["version"]
                for noun, table in _AGGREGATES[name].items()
                for row in await connection.fetch(f"SELECT id, version FROM {table}")
            },
            chain=Chain(
                rows=entries,
                sealed=verdict.upto.last,
                broken_at=None if broken is None else broken.entry,
                heads={seal: head.hex() for seal, (_, head) in verdict.heads.items()},
            ),
            witnessed=[
                Witnessed(name, row["source"], row["number"], row["head"].hex())
                for row in await connection.fetch("SELECT source, number, head FROM witness")
            ],
            left={what: await connection.fetchval(f"SELECT count(*) FROM {what}") for what in _EMPTY},
            positions=dict(row.values() for row in await connection.fetch("SELECT stream, seq FROM position")),
            watched=[
                tuple(row.values()) for row in await connection.fetch("SELECT what, keys FROM watched ORDER BY n")
            ],
        )


_ENTRIES = """
SELECT person, idem_key, subject, version, answer FROM journal WHERE idem_key IS NOT NULL AND status < 400 ORDER BY id
"""
_WATCHED = "SELECT what, keys FROM watched ORDER BY n"
_EMPTY = ("queue", "parked", "unreadable")


async def _records(bus_url: str, names: Sequence[str]) -> list[Received]:
    """All that is on the topics of these services, each partition in its order."""
    bus = bus_from(bus_url)
    await bus.open()
    topics = [topic_of(name) for name in names]
    left = {place: end for place, end in (await bus.ends(topics)).items() if end}
    found: list[Received] = []
    async with bus.tail(topics, from_beginning=True) as reader:
        while left:
            for record in await reader.take():
                found.append(record)
                if record.offset + 1 >= left.get((record.topic, record.partition), record.offset + 2):
                    del left[record.topic, record.partition]
    await bus.close()
    return found


def _stream(envelope: Envelope) -> Stream:
    return Stream(envelope.service, envelope.subject)


def _said(envelope: Envelope) -> Said:
    return Said(_stream(envelope), envelope.sequence, envelope.type.split(".")[3])


def _known(streams: Mapping[UUID, Stream], key: UUID | str) -> Stream:
    return streams.get(UUID(str(key)), Stream("nobody", str(key)))


def _moves(one: Belongings, streams: Mapping[UUID, Stream]) -> Iterator[Move]:
    for what, keys in one.watched:
        if what == "position":
            key, was, now = keys
            yield Move(one.name, _known(streams, key), int(was), int(now))


def _tells_limit(envelope: Envelope) -> bool:
    return envelope.type.endswith(".ObligationOpened.v1") and envelope.data["duty"] == "examine_application"


def _wanted(envelope: Envelope, hears: Mapping[str, Sequence[str]]) -> Iterator[Effect]:
    """What an event must do, where it is heard: what the services promise, said once more from outside."""
    stream, number = _stream(envelope), envelope.sequence
    if envelope.service in hears["notify"]:
        for department in envelope.audience:
            yield Effect("notify", f"feed of {department}", stream, number)
    if envelope.type.endswith(".ApprovalIssued.v1"):
        yield Effect("supervision", "licence in the ledger", stream, number)
    if _tells_limit(envelope):
        yield Effect("approval", "limit of a case", stream, number)


def _effects(one: Belongings, streams: Mapping[UUID, Stream], said_limit: Mapping[str, Stream]) -> Iterator[Effect]:
    for what, keys in one.watched:
        match what, keys:
            case "feed_entries", [department, key, number]:
                yield Effect(one.name, f"feed of {department}", _known(streams, key), int(number))
            case "licenses", [license_id]:
                yield Effect(one.name, "licence in the ledger", Stream("approval", f"license/{license_id}"), 1)
            case "examination_limits", [case_id]:
                about = f"case/{case_id}"
                yield Effect(one.name, "limit of a case", said_limit.get(about, Stream("nobody", about)), 1)


def _owed(kept: Iterable[Envelope]) -> Iterator[Duty]:
    """What the law asks for by what was said, counted by the kernel's calendar, and when its answer was said."""
    said = [(envelope, envelope.event()) for envelope in kept]
    answered: dict[tuple[str, str, str], Any] = {}
    for envelope, event in said:
        for answer in answers_of(event):
            if answer.deed is not Deed.MEET:
                continue
            about = answer.duty, answer.about, answer.party
            answered[about] = min(envelope.time, answered.get(about, envelope.time))
    for _, event in said:
        for demand in demands_of(event):
            limit, about = working_days(demand.length.days), (demand.duty, demand.about, demand.party)
            calendar = calendar_from((year, None) for year in years_touched(demand.since_at, limit))
            yield Duty(*about, due(demand.since_at, limit, calendar).due_at, answered.get(about))


def _opened(kept: Iterable[Envelope]) -> Iterator[Duty]:
    said = [(envelope.subject, envelope.event()) for envelope in kept if envelope.service == "notify"]
    met = {subject: event.met_at for subject, event in said if isinstance(event, ObligationMet)}
    for subject, event in said:
        if isinstance(event, ObligationOpened):
            party = event.recipient or event.department
            yield Duty(event.duty, event.about, party, event.due_at, met.get(subject))
