"""Time passes by the sandbox clock, over real holidays, and the law's consequences come by themselves."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from notify_svc.app import service
from notify_svc.obligations.scheduler import look
from notify_svc.obligations.store import EarlyAnswer, next_look, obligation_id, to_look_at
from shenguan_chassis.db import compiled
from shenguan_chassis.testing.house import House, OpenHouse
from shenguan_chassis.tx import Tx
from shenguan_contracts.duties import Duty
from shenguan_contracts.types import DepartmentKind, Post
from shenguan_kernel.roles import Role
from shenguan_kernel.working_days import end_of, legal_day, seed_calendar
from shenguan_kernel.working_days.festivals import statutory_holidays
from shenguan_kernel.working_days.legal_day import instant_of

from .neighbours import neighbours
from .said_by_others import CASE, accepted, designated, forwarded, received, registered, submitted, window_opened

MINUTE = timedelta(minutes=1)


def eve_of_spring_festival(now: datetime) -> datetime:
    """Ten in the morning of the last working day before the next Spring Festival."""
    today = legal_day(now)
    holidays = {**statutory_holidays(today.year), **statutory_holidays(today.year + 1)}
    first = min(day for day, name in holidays.items() if name == "春节" and day > today + timedelta(days=7))
    return instant_of(seed_calendar().nth_before(first, 1), datetime.min.time().replace(hour=10))


def move_to(house: House, instant: datetime) -> None:
    house.clock.forward(instant - house.clock.legal())


async def the_only(house: House, **wanted: Any) -> dict[str, Any]:
    """The one obligation there is, after whatever is due was handled and took effect."""
    while await look(house.runtime):
        pass
    await house.settle()
    overseer = house.http(Role.OVERSEER)
    (listed,) = (await overseer.get("/obligations", params=wanted)).json()["items"]
    shown: dict[str, Any] = (await overseer.get(f"/obligations/{listed['id']}")).json()
    return shown


async def words(house: House, shown: dict[str, Any]) -> list[str]:
    said = [event for event in await house.said() if event.subject == f"obligation/{shown['id']}"]
    return [event.type.split(".")[3] for event in sorted(said, key=lambda event: event.sequence)]


async def test_over_the_spring_festival_nobody_is_late_and_the_day_after_the_ladder_is_climbed(
    open_house: OpenHouse,
) -> None:
    house = await open_house(service)
    async with neighbours(house):
        move_to(house, eve_of_spring_festival(house.clock.legal()))
        now = house.clock.legal()
        await house.hear(
            designated(now, "fire", Post.LIAISON_OFFICER, 11),
            designated(now, "fire", Post.PRINCIPAL_HEAD, 13),
            registered(now, "staffing-office", DepartmentKind.OVERSEER),
            designated(now, "staffing-office", Post.OVERSEER, 14),
            received(now),
            source="supervision",
        )
        due_at = datetime.fromisoformat((await the_only(house))["due_at"])
        due_on = legal_day(due_at - MINUTE)

        move_to(house, due_at - MINUTE)
        before = await the_only(house)
        move_to(house, due_at + MINUTE)
        overdue = await the_only(house)
        move_to(house, end_of(seed_calendar().nth_after(due_on, 1)) + MINUTE)
        higher = await the_only(house)
        move_to(house, end_of(seed_calendar().nth_after(due_on, 2)) + MINUTE)
        top = await the_only(house)

    assert due_on - legal_day(now) >= timedelta(days=5)
    assert before["state"] == "open"
    assert overdue["state"] == "overdue"
    assert told(overdue) == [("liaison_lead", None), ("liaison_officer", 11)]
    assert told(higher)[2:] == [("principal_head", 13)]
    assert told(top)[3:] == [("overseer", 14)]
    assert await words(house, top) == [
        "ObligationOpened",
        "ObligationNearlyDue",
        "ObligationOverdue",
        *["EscalationRaised"] * 4,
    ]


async def test_a_bearer_is_reminded_five_working_days_before_an_end_and_again_on_the_one_before(
    open_house: OpenHouse,
) -> None:
    house = await open_house(service)
    surveyors = {"duty": "nominate_experts"}
    async with neighbours(house):
        now, today = house.clock.legal(), legal_day(house.clock.legal())
        closes_on = seed_calendar().nth_after(today, 9)
        closes_at = instant_of(closes_on, datetime.min.time().replace(hour=15))
        await house.hear(window_opened(now, closes_at, "fire"), source="expert")
        cards, told = [], []
        for days in (6, 5, 4, 1):
            move_to(house, end_of(seed_calendar().nth_before(closes_on, days) - timedelta(days=1)) + MINUTE)
            shown = await the_only(house, **surveyors)
            cards.append(shown["card"])
            told.append((await words(house, shown)).count("ObligationNearlyDue"))
        move_to(house, closes_at + MINUTE)
        overdue = await the_only(house, **surveyors)

    assert cards == [None, "yellow", "yellow", "yellow"]
    assert told == [0, 1, 1, 2]
    assert (await words(house, overdue))[:4] == [
        "ObligationOpened",
        *["ObligationNearlyDue"] * 2,
        "ObligationOverdue",
    ]


async def test_of_reminders_that_nobody_saw_in_time_one_is_told(open_house: OpenHouse) -> None:
    house = await open_house(service)
    async with neighbours(house):
        now, today = house.clock.legal(), legal_day(house.clock.legal())
        closes_on = seed_calendar().nth_after(today, 9)
        closes_at = instant_of(closes_on, datetime.min.time().replace(hour=15))
        await house.hear(window_opened(now, closes_at, "fire"), source="expert")

        move_to(house, closes_at - MINUTE)
        shown = await the_only(house, duty="nominate_experts")

    assert await words(house, shown) == ["ObligationOpened", "ObligationNearlyDue"]


async def test_several_schedulers_at_once_say_it_once(open_house: OpenHouse) -> None:
    house = await open_house(service)
    now = house.clock.legal()
    async with neighbours(house):
        await house.hear(received(now - timedelta(days=60)), source="supervision")

        await asyncio.gather(*(look(house.runtime) for _ in range(4)))
        shown = await the_only(house)

    assert await words(house, shown) == ["ObligationOpened", "ObligationOverdue", *["EscalationRaised"] * 4]
    assert len(shown["escalations"]) == 4


async def test_a_department_sees_who_was_told_of_its_own_lateness(open_house: OpenHouse) -> None:
    house = await open_house(service)
    long_ago = house.clock.legal() - timedelta(days=60)
    async with neighbours(house):
        await house.hear(received(long_ago), received(long_ago, number=2, department="housing"), source="supervision")
        while await look(house.runtime):
            pass

    fire = await house.http(Role.PRINCIPAL_HEAD, department="fire").get("/escalations", params={"limit": 3})
    rest = await house.http(Role.PRINCIPAL_HEAD, department="fire").get(
        "/escalations", params={"after": fire.json()["next"]}
    )
    everyone = await house.http(Role.OVERSEER).get("/escalations")

    assert {each["department"] for each in [*fire.json()["items"], *rest.json()["items"]]} == {"fire"}
    assert (len(fire.json()["items"]), len(rest.json()["items"])) == (3, 1)
    assert len(everyone.json()["items"]) == 8


async def test_an_answer_in_time_that_was_still_in_its_owners_queue_is_waited_for(open_house: OpenHouse) -> None:
    house = await open_house(service)
    await house.hear(received(house.clock.legal()), source="supervision")
    queued = house.record(forwarded(house.clock.legal()), "supervision")
    async with neighbours(house, first_send=[queued]):
        house.clock.forward(timedelta(days=30))

        shown = await the_only(house)

    assert shown["state"] == "met"
    assert await words(house, shown) == ["ObligationOpened", "ObligationMet"]


async def test_what_was_called_overdue_is_taken_back_when_the_answer_proves_to_have_been_in_time(
    open_house: OpenHouse,
) -> None:
    house = await open_house(service)
    await house.hear(received(house.clock.legal()), source="supervision")
    lost = house.record(forwarded(house.clock.legal()), "supervision")
    async with neighbours(house):
        house.clock.forward(timedelta(days=30))
        overdue = await the_only(house)

        await house.bus.publish([lost])
        corrected = await the_only(house)

    assert overdue["state"] == "overdue"
    assert corrected["state"] == "met"
    assert (await words(house, corrected))[-1] == "ObligationCorrected"


async def test_forwarding_after_the_due_instant_stays_late(open_house: OpenHouse) -> None:
    house = await open_house(service)
    await house.hear(received(house.clock.legal()), source="supervision")
    async with neighbours(house):
        house.clock.forward(timedelta(days=30))
        await the_only(house)

        await house.hear(forwarded(house.clock.legal()), source="supervision")
        done = await the_only(house)
        house.clock.forward(timedelta(days=30))
        later = await the_only(house)

    assert done["state"] == "met_late"
    assert done["overdue_at"]
    assert later["version"] == done["version"]


async def test_a_deemed_acceptance_ends_the_examination_late_and_starts_the_decision_from_the_receipt(
    open_house: OpenHouse,
) -> None:
    house = await open_house(service)
    receipt = house.clock.legal()
    await house.hear(submitted(receipt), source="approval")
    async with neighbours(house):
        house.clock.forward(timedelta(days=20))
        await the_only(house)

        await house.hear(accepted(receipt, deemed=True), source="approval")
        examined = await the_only(house, duty="examine_application")
        decision = await the_only(house, duty="decide_case")

    assert examined["state"] == "met_late"
    assert decision["about"] == f"case/{CASE}"
    assert datetime.fromisoformat(decision["since_at"]) == receipt


async def test_question_and_answer_heard_by_two_replicas_at_once_are_joined_before_anyone_is_late(
    open_house: OpenHouse,
) -> None:
    house = await open_house(service)
    now = house.clock.legal()
    await house.hear(received(now), source="supervision")
    key = obligation_id(Duty.FORWARD_DOCUMENT, f"policy-document/{UUID(int=1)}", "bureau")

    async def unseen_by_the_other(tx: Tx) -> None:
        tx.keep(EarlyAnswer(obligation_id=key, said_at=now))

    await house.runtime.transact(unseen_by_the_other)
    async with neighbours(house):
        house.clock.forward(timedelta(days=30))
        shown = await the_only(house)

    assert await words(house, shown) == ["ObligationOpened", "ObligationMet"]


async def test_looking_for_what_is_due_reads_an_index_of_what_still_runs_and_sorts_nothing(
    open_house: OpenHouse,
) -> None:
    house = await open_house(service)

    plans = [await plan_of(house, statement) for statement in (next_look(), to_look_at(house.clock.legal(), 50))]

    for plan in plans:
        assert "Index Scan using obligations_look_at" in plan or "Index Only Scan using obligations_look_at" in plan
        assert "Sort" not in plan


async def plan_of(house: House, statement: Any) -> str:
    text, values = compiled(statement)
    connection = await asyncpg.connect(house.runtime.settings.database_url.get_secret_value())
    try:
        await connection.execute("SET enable_seqscan = off; SET enable_bitmapscan = off")
        rows = await connection.fetch(f"EXPLAIN {text}", *values)
    finally:
        await connection.close()
    return "\n".join(row[0] for row in rows)


def told(shown: dict[str, Any]) -> list[tuple[str, int | None]]:
    return [(each["rung"], each["person_id"] and UUID(each["person_id"]).int) for each in shown["escalations"]]
