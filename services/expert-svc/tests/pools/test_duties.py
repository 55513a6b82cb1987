"""What an expert carries and when it was last drawn is found without reading every panel there was."""

from datetime import date
from uuid import UUID

import pytest

from expert_svc.app import service
from expert_svc.pools.store import duties_in
from shenguan_chassis.scoped import compiled_for
from shenguan_chassis.testing.house import House, OpenHouse
from shenguan_contracts.expert import Pool

KEPT = """INSERT INTO seats (draw_id, expert_no, pool, drawn_on, carried)
    SELECT md5(draw::text)::uuid, 'e-' || (draw + place) % 22, 'survey', date '2026-01-01' + draw / 30, draw > 5990
    FROM generate_series(1, 6000) AS draw, generate_series(0, 4) AS place"""
SEAT = "INSERT INTO seats (draw_id, expert_no, pool, drawn_on, carried) VALUES ($1, $2, $3, $4, $5)"
GROUPED = """SELECT expert_no, count(*) FILTER (WHERE carried) AS duties, max(drawn_on) AS last_drawn
    FROM seats WHERE pool = 'survey' AND drawn_on IS NOT NULL GROUP BY expert_no"""


@pytest.fixture
async def house(open_house: OpenHouse) -> House:
    return await open_house(service)


async def test_a_voided_seat_an_old_panel_and_the_other_list_do_not_count(house: House) -> None:
    seats = [
        (1, "e-1", "survey", date(2026, 3, 1), False),
        (2, "e-1", "survey", date(2026, 3, 2), True),
        (3, "e-1", "survey", None, False),
        (4, "e-1", "think_tank", date(2026, 3, 9), True),
        (5, "e-2", "survey", date(2026, 3, 3), False),
        (6, "e-3", "survey", None, False),
    ]
    await house.runtime.pool.executemany(SEAT, [(UUID(int=draw), *rest) for draw, *rest in seats])

    found = await house.runtime.pool.fetch(*_asked(""))

    assert {tuple(row) for row in found} == {("e-1", 1, date(2026, 3, 2)), ("e-2", 0, date(2026, 3, 3))}


async def test_six_thousand_panels_are_not_read_to_know_the_duties_of_twenty_two_experts(house: House) -> None:
    await house.runtime.pool.execute(KEPT)
    await house.runtime.pool.execute("ANALYZE seats")

    (plan,) = await house.runtime.pool.fetchrow(*_asked("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) "))
    found = await house.runtime.pool.fetch(*_asked(""))

    assert {tuple(row) for row in found} == {tuple(row) for row in await house.runtime.pool.fetch(GROUPED)}
    read = plan[0]["Plan"]
    assert read["Shared Hit Blocks"] + read["Shared Read Blocks"] < 150


def _asked(before: str) -> tuple[object, ...]:
    text, values = compiled_for(None, duties_in(Pool.SURVEY))
    return before + text, *values
