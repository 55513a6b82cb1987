"""(i) What does it cost to keep the law's clocks: to open them, to wait, to let them fall due, to count them again?"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from pydantic import SecretStr

from notify_svc.app import service
from notify_svc.calendar import commands as calendar
from notify_svc.obligations.recounting import step
from notify_svc.obligations.scheduler import look
from shenguan_chassis.bus.connect import bus_from
from shenguan_chassis.bus.port import Record, Topic
from shenguan_chassis.clock import RealClock
from shenguan_chassis.embedded_postgres import EmbeddedPostgres
from shenguan_chassis.identity import LocalIssuer, TokenPolicy, TokenVerifier
from shenguan_chassis.lasting import spare_what_lasts
from shenguan_chassis.migrating import migrate
from shenguan_chassis.runtime import Runtime
from shenguan_chassis.testing.keys import MASTER_KEYS
from shenguan_contracts.catalogue import topic_of
from shenguan_contracts.documents import PolicyDocReceived
from shenguan_contracts.envelope import encode, urn
from shenguan_kernel.working_days import CalendarFile, seed_calendar

from . import house, worker
from .report import Figure
from .sample import DIVISION

_ISSUER, _AUDIENCE = "urn:shenguan:bench", "shenguan"
_LOOKS = 200
_SLEEP = 5.0
"""Seconds between two looks of an idle scheduler."""
_MOVED = 0.05
_OPEN = """
INSERT INTO obligations (
    id, version, duty, edition, timer, department, recipient, about, since_at, measure, days, after_hours,
    closes_minute, pauses, extensions, due_on, due_at, provisional, calendar, state, rungs_told, look_at
)
SELECT gen_random_uuid(), 1, 'forward_document', 0, false, 'fire', 'bureau', 'policy-document/' || n, $1, 'working_day',
       1, 'same_day', 1020, '[]', '[]', $2, $3, false, '{}', 'open', 0, $3
FROM generate_series(1, $4::int) n
"""


async def measure(postgres: EmbeddedPostgres, opened: int, waiting: int) -> list[Figure]:
    """`opened` documents heard; then `waiting` open obligations, of which 1 % fall due and 5 % are moved."""
    dsn = await postgres.create_database("timekeeping", "notify")
    await migrate(dsn, service.migrations)
    bus_url = await postgres.create_database("timekeeping_bus", "bus")
    keys = house.folder(postgres, "timekeeping")
    spare_what_lasts()  # as every process does once it has started
    figures = await _opening(dsn, bus_url, keys, opened)
    async with running(dsn, bus_url, keys, ()) as runtime:
        day = _next_but_three(datetime.now(UTC).date())
        await _fill(runtime, day, waiting)
        figures += [await _idle(runtime, waiting), await _falling_due(runtime, waiting // 100)]
        figures.append(await _counting_again(runtime, waiting))
    return figures


async def _opening(dsn: str, bus_url: str, keys: Path, number: int) -> list[Figure]:
    """In a process of its own, as the service runs; from its first batch to its last."""
    found = await worker.run("opening_work", "open", dsn, bus_url, keys, number)
    note = f"scaled from {number:,}, feeds and outbox included"
    seconds = _seconds("100,000 obligations opened", 100_000 / found["rate"], 15.0, note)
    return [seconds, Figure(part="i", what="CPU of one opened", value=found["cpu_us"], unit="µs", note=note)]


async def _idle(runtime: Runtime, waiting: int) -> Figure:
    seconds = await _timed(lambda: _looks(runtime))
    share = 100 * seconds / _LOOKS / _SLEEP
    what = f"idle scheduler, {waiting:,} open"
    return Figure(
        part="i", what=what, value=share, unit="% of a core", target=1.0, sense="at most", note="wall time of a look"
    )


async def _looks(runtime: Runtime) -> None:
    for _ in range(_LOOKS):
        await look(runtime)


async def _falling_due(runtime: Runtime, number: int) -> Figure:
    ago = datetime.now(UTC) - timedelta(minutes=1)
    await runtime.pool.execute(
        "UPDATE obligations SET due_at = $1, look_at = $1 WHERE id IN (SELECT id FROM obligations LIMIT $2)",
        ago,
        number,
    )
    seconds = await _timed(lambda: _all_looked_at(runtime))
    return _seconds("10,000 fall due at one instant", seconds * 10_000 / number, 5.0, f"scaled from {number:,}")


async def _all_looked_at(runtime: Runtime) -> None:
    while await look(runtime):
        pass


async def _counting_again(runtime: Runtime, waiting: int) -> Figure:
    while await step(runtime):
        pass
    moved = _next_but_three(datetime.now(UTC).date())
    known = seed_calendar().year_of(moved)
    file = CalendarFile(
        year=moved.year,
        source="bench",
        published=date(moved.year, 1, 1),
        status="OFFICIAL",
        off=sorted({*known.off, moved}),
        makeup=sorted(known.makeup),
    )
    await runtime.transact(calendar.load_year, moved.year, file)
    seconds = await _timed(lambda: _all_counted(runtime))
    what = "1,000,000 open counted again, 5 % move"
    return _seconds(what, seconds * 1_000_000 / waiting, 60.0, f"scaled from {waiting:,}")


async def _all_counted(runtime: Runtime) -> None:
    while await step(runtime):
        pass


async def _fill(runtime: Runtime, day: date, waiting: int) -> None:
    """Most are due a few days later than those that an amendment of `day` will move."""
    known = seed_calendar()
    few = int(waiting * _MOVED)
    for number, last in ((few, day), (waiting - few, known.nth_after(day, 5))):
        since = datetime.combine(known.nth_before(last, 1), datetime.min.time(), UTC) + timedelta(hours=2)
        ends = datetime.combine(last, datetime.min.time(), UTC) + timedelta(hours=16)
        await runtime.pool.execute(_OPEN, since, last, ends, number, timeout=600)
    await runtime.pool.execute("UPDATE obligations SET calendar = ARRAY[extract(year FROM due_on)::text || '#1']")
    await runtime.pool.execute("ANALYZE obligations")


def _next_but_three(today: date) -> date:
    return seed_calendar().nth_after(today, 4)


def document(topic: str, number: int, at: datetime) -> Record:
    """A superior's document that came to one office: one obligation."""
    event = PolicyDocReceived(
        policy_document_id=UUID(int=number + 1),
        department="fire",
        title="关于调整审批事项的通知",
        superior="省消防救援总队",
        recipients=("bureau",),
        received_at=at,
        registered_at=at,
    )
    body = encode(event, source=urn(DIVISION, "supervision"), sequence=1, time=at)
    return Record(topic, event.subject.encode(), body)


@asynccontextmanager
async def running(dsn: str, bus_url: str, keys: Path, hears: tuple[str, ...]) -> AsyncIterator[Runtime]:
    """notify-svc without workers of its own: what is measured is called here."""
    bus, clock = bus_from(bus_url), RealClock()
    await bus.open()
    await bus.declare([Topic(topic_of(source), 2) for source in hears])
    settings = service.settings(
        database_url=SecretStr(dsn),
        bus_url=SecretStr("given"),
        master_keys=SecretStr(MASTER_KEYS),
        jwks=str(keys),
        state=keys,
        connections=8,
        partitions=2,
        statement_seconds=600,
    )
    issuer = LocalIssuer.open(keys, _ISSUER, _AUDIENCE, clock.system)
    verifier = TokenVerifier(issuer, TokenPolicy(_ISSUER, _AUDIENCE), service.powers, clock.system)
    quiet = replace(service, hears=hears, workers=())
    runtime = Runtime(quiet, settings, bus=bus, clock=clock, verifier=verifier)
    await runtime.start()
    try:
        await runtime.transact(calendar.seed)
        yield runtime
    finally:
        await runtime.stop()
        await bus.close()


async def _timed(work: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began


def _seconds(what: str, value: float, target: float, note: str) -> Figure:
    return Figure(part="i", what=what, value=value, unit="s", target=target, sense="at most", note=note)
