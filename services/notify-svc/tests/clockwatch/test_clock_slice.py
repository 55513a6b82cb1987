"""A doubted clock holds what the law attaches effects to, until an operator confirms; all else goes on."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID

from notify_svc.app import service
from notify_svc.clockwatch.rules import Reading
from notify_svc.clockwatch.watcher import look_again, look_at_start
from notify_svc.duties.views import WITH_LEGAL_EFFECT
from notify_svc.obligations.store import to_look_at
from shenguan_chassis.testing.house import House, OpenHouse
from shenguan_contracts.approval import CaseSubmitted
from shenguan_contracts.documents import PolicyDocReceived
from shenguan_contracts.types import Channel
from shenguan_kernel.roles import Role

ONE = UUID(int=1)


async def jumped(house: House) -> None:
    """Let the watcher find that wall time went ten days further than monotonic time."""
    now = await look_at_start(house.runtime)
    earlier = Reading(now.wall - timedelta(days=10), now.monotonic, now.database)
    await look_again(house.runtime, earlier)


async def waiting(house: House) -> list[str]:
    held = WITH_LEGAL_EFFECT
    async with house.runtime.reading(house.runtime.myself) as read:
        rows = await read.rows(to_look_at(read.now + timedelta(days=60), 10, held))
        return [str(row["id"]) for row in rows]


async def test_a_jump_is_told_and_an_operator_confirms_once(open_house: OpenHouse) -> None:
    house = await open_house(service)
    operator = house.http(Role.SYSTEM_ADMINISTRATOR)
    await jumped(house)

    doubted = (await operator.get("/clock")).json()
    confirmed = await operator.post("/clock/confirm")
    again = await operator.post("/clock/confirm")

    said = [event.type.split(".")[3] for event in await house.said() if event.subject.startswith("clock-watch/")]
    assert (doubted["why"], doubted["wants_operator"]) == ("jumped", True)
    assert (confirmed.status_code, confirmed.json()["why"]) == (200, None)
    assert (again.status_code, again.json()["code"]) == (409, "clock_not_doubted")
    assert said == ["ClockDoubted", "ClockTrusted"]


async def test_what_the_law_attaches_effects_to_is_held_and_all_else_goes_on(open_house: OpenHouse) -> None:
    house = await open_house(service)
    now = house.clock.legal()
    case = CaseSubmitted(
        case_id=ONE, item_id=ONE, item_code="FIRE-01", channel=Channel.HALL, holder_uscc=None, received_at=now
    )
    document = PolicyDocReceived(
        policy_document_id=ONE,
        department="fire",
        title="通知",
        superior="省消防救援总队",
        recipients=("bureau",),
        received_at=now,
        registered_at=now,
    )
    await house.hear(case, source="approval")
    await house.hear(document, source="supervision")

    left = await waiting(house)

    rows = (await house.http(Role.OVERSEER).get("/obligations")).json()["items"]
    assert {row["duty"] for row in rows} == {"examine_application", "forward_document"}
    assert left == [row["id"] for row in rows if row["duty"] == "forward_document"]


async def test_two_replicas_that_doubt_at_once_say_it_once(open_house: OpenHouse) -> None:
    house = await open_house(service)

    await asyncio.gather(jumped(house), jumped(house))

    said = [event for event in await house.said() if event.subject.startswith("clock-watch/")]
    assert len(said) == 1
