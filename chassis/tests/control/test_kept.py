"""Are events kept so that a lost bus can be filled again? By month, each month's partition made before it begins."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest

from shenguan_chassis.bus.embedded import EmbeddedBus
from shenguan_chassis.bus.port import GroupNotEmpty, Record, Topic
from shenguan_chassis.ids import stream_key
from shenguan_chassis.kept import make_partitions, month_of, refill, republish, resend
from shenguan_chassis.migrating import migrate
from shenguan_chassis.testing.postgres import Databases

DECEMBER = datetime(2026, 12, 31, 23, tzinfo=UTC)
_SAY = "INSERT INTO event VALUES ($1, $2, $3, $4, 'type', $5)"


@pytest.fixture
async def database(databases: Databases, tmp_path: Path) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(await databases.fresh("approval", lambda t: migrate(t, tmp_path)))
    yield connection
    await connection.close()


async def keep(database: asyncpg.Connection, subject: str, seq: int, at: datetime = DECEMBER) -> None:
    await database.execute(_SAY, stream_key("approval", subject), seq, at, subject, f"{subject}#{seq}".encode())


async def queued(database: asyncpg.Connection) -> list[str]:
    return [row["body"].decode() for row in await database.fetch("SELECT body FROM queue ORDER BY pos")]


def test_months_follow_each_other_over_the_turn_of_the_year() -> None:
    assert [f"{month_of(DECEMBER, ahead):%Y-%m}" for ahead in range(3)] == ["2026-12", "2027-01", "2027-02"]


async def test_partitions_are_made_ahead_and_only_once(database: asyncpg.Connection) -> None:
    made = await make_partitions(database, DECEMBER)

    assert made == ["event_2026_12", "event_2027_01", "event_2027_02", "event_2027_03"]
    assert await make_partitions(database, DECEMBER) == []


async def test_events_of_a_month_without_partition_are_moved_into_it(database: asyncpg.Connection) -> None:
    await keep(database, "case/1", 1)

    await make_partitions(database, DECEMBER)

    assert await database.fetchval("SELECT count(*) FROM event_2026_12") == 1
    assert await database.fetchval("SELECT count(*) FROM event_other") == 0
    assert await database.fetchval("SELECT count(*) FROM event") == 1


async def test_all_events_are_queued_again_each_stream_in_order(database: asyncpg.Connection) -> None:
    for subject, seq in [("case/1", 2), ("case/2", 1), ("case/1", 1)]:
        await keep(database, subject, seq)

    assert await republish(database, service="approval") == 3

    assert [body for body in await queued(database) if body.startswith("case/1")] == ["case/1#1", "case/1#2"]


async def test_a_part_is_chosen_by_stream_or_by_time(database: asyncpg.Connection) -> None:
    await keep(database, "case/1", 1, DECEMBER.replace(day=1))
    await keep(database, "case/2", 1)

    assert await republish(database, service="approval", subjects=["case/1"]) == 1
    assert await republish(database, service="approval", since=DECEMBER.replace(day=2)) == 1

    assert await queued(database) == ["case/1#1", "case/2#1"]


async def test_one_ask_is_answered_by_so_many_at_most(database: asyncpg.Connection) -> None:
    for seq in range(1, 8):
        await keep(database, "case/1", seq)

    assert await resend(database, stream_key("approval", "case/1"), 3, None, most=2) == 2
    assert await resend(database, stream_key("approval", "case/1"), 6, 6) == 1

    assert await queued(database) == ["case/1#3", "case/1#4", "case/1#6"]


async def test_a_lost_bus_is_refilled_only_once_the_groups_are_set_back(
    database: asyncpg.Connection, databases: Databases
) -> None:
    bus = EmbeddedBus(await databases.fresh("bus"))
    await bus.open()
    await bus.declare([Topic("t", 1)])
    await bus.publish([Record("t", b"k", b"v")])
    await keep(database, "case/1", 1)

    async with bus.join("approval", ["t"]) as member:
        await member.done(await member.take(wait=5))
        with pytest.raises(GroupNotEmpty):
            await refill(database, bus, service="approval", group="approval", topics=["t"])
    assert await queued(database) == []

    assert await refill(database, bus, service="approval", group="approval", topics=["t"]) == 1
    assert (await bus.positions("approval", ["t"])).get(("t", 0), 0) == 0
    await bus.close()
