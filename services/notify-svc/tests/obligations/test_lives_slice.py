"""What else becomes of an obligation: stopped, lengthened, ended, not applicable, run out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from notify_svc.app import service
from notify_svc.obligations.scheduler import look
from shenguan_chassis.testing.house import House, OpenHouse
from shenguan_contracts.expert import Pool, Quota
from shenguan_contracts.types import CaseOutcome, SpecialProcedure
from shenguan_kernel.roles import Role
from shenguan_kernel.working_days import SHANGHAI

from .neighbours import neighbours
from .said_by_others import (
    accepted,
    closed,
    extended,
    hearing_scheduled,
    list_filed,
    nominated,
    received,
    resumed,
    right_notified,
    submitted,
    suspended,
    window_opened,
)


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


async def the(house: House, **wanted: Any) -> dict[str, Any]:
    (found,) = (await house.http(Role.OVERSEER).get("/obligations", params=wanted)).json()["items"]
    shown: dict[str, Any] = found
    return shown


async def explained(house: House, obligation: dict[str, Any]) -> dict[str, Any]:
    answer = await house.http(Role.OVERSEER).get(f"/obligations/{obligation['id']}/explanation")
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def test_an_expert_review_stops_the_clock_and_every_stopped_day_is_explained(open_house: OpenHouse) -> None:
    house = await open_house(service)
    year = house.clock.legal().year + 1
    start = datetime(year, 3, 2, 1, tzinfo=UTC)
    await house.hear(submitted(start), accepted(start, promised_days=20), source="approval")
    before = await the(house, duty="decide_case")

    await house.hear(suspended(start + timedelta(days=7)), source="approval")
    stopped = await the(house, duty="decide_case")
    await house.hear(resumed(start + timedelta(days=14)), source="approval")
    after = await the(house, duty="decide_case")

    told = await explained(house, after)
    still = [day for day in told["explanation"] if day["reason"] == "suspended"]
    assert stopped["state"] == "suspended"
    assert after["state"] == "open"
    assert len(still) == 8
    assert after["due_on"] > before["due_on"]
    assert [day["number"] for day in told["explanation"] if day["counted"]] == list(range(1, 21))
    assert told["suspensions"][0]["text"] == "专家评审（行政许可法第四十五条）"
    assert "专家评审" in told["sentence"]
    assert [each["moved_by"] for each in told["earlier"]] == ["ObligationResumed"]


async def test_both_limits_of_a_decision_stop_and_are_lengthened_together(open_house: OpenHouse) -> None:
    house = await open_house(service)
    now = house.clock.legal()
    await house.hear(accepted(now, promised_days=5), source="approval")
    before = [await the(house, duty=duty) for duty in ("decide_case", "decide_by_law")]

    await house.hear(extended(now), source="approval")

    after = [await the(house, duty=duty) for duty in ("decide_case", "decide_by_law")]
    told = await explained(house, after[0])
    assert all(late["due_on"] > early["due_on"] for early, late in zip(before, after, strict=True))
    assert len([day for day in told["explanation"] if day["counted"]]) == 15
    assert "延长10个工作日" in told["sentence"]


async def test_while_the_clock_stands_still_nobody_becomes_late(open_house: OpenHouse) -> None:
    house = await open_house(service)
    now = house.clock.legal()
    await house.hear(accepted(now, promised_days=3), source="approval")
    await house.hear(suspended(now, SpecialProcedure.TESTING), source="approval")
    async with neighbours(house):
        house.clock.forward(timedelta(days=90))
        while await look(house.runtime):
            pass

    assert (await the(house, duty="decide_case"))["state"] == "suspended"


async def test_a_suspension_in_time_that_is_heard_late_takes_the_overdue_back(open_house: OpenHouse) -> None:
    house = await open_house(service)
    now = house.clock.legal()
    await house.hear(accepted(now, promised_days=3), source="approval")
    lost = house.record(suspended(now + timedelta(hours=1)), "approval")
    async with neighbours(house):
        house.clock.forward(timedelta(days=30))
        while await look(house.runtime):
            pass
        overdue = await the(house, duty="decide_case")
        await house.bus.publish([lost])
        await house.settle()

    after = await the(house, duty="decide_case")
    assert (overdue["state"], overdue["card"]) == ("overdue", "red")
    assert (after["state"], after["card"], after["overdue_at"]) == ("suspended", None, None)


async def test_a_withdrawn_application_leaves_nothing_to_decide(open_house: OpenHouse) -> None:
    house = await open_house(service)
    now = house.clock.legal()
    await house.hear(submitted(now), accepted(now), closed(now), source="approval")

    assert (await the(house, duty="decide_case"))["state"] == "cancelled"
    assert (await the(house, duty="examine_application"))["state"] == "met"


async def test_to_say_that_no_licence_is_needed_is_to_have_examined(open_house: OpenHouse) -> None:
    house = await open_house(service)
    now = house.clock.legal()

    await house.hear(submitted(now), closed(now, CaseOutcome.NOT_REQUIRED), source="approval")

    assert (await the(house, duty="examine_application"))["state"] == "met"


async def test_a_timer_runs_out_without_anybody_being_late(open_house: OpenHouse) -> None:
    house = await open_house(service)
    await house.hear(right_notified(house.clock.legal()), source="approval")
    async with neighbours(house):
        house.clock.forward(timedelta(days=30))
        while await look(house.runtime):
            pass

    timer = await the(house, duty="await_hearing_request")
    told = (await house.http(Role.OVERSEER).get("/escalations")).json()["items"]
    assert (timer["state"], timer["card"], timer["timer"]) == ("deemed", None, True)
    assert told == []


async def test_a_hearing_is_noticed_seven_clear_days_before(open_house: OpenHouse) -> None:
    house = await open_house(service)
    hearing_at = shanghai("2026-04-03T09:00")

    await house.hear(hearing_scheduled(shanghai("2026-03-02T09:00"), hearing_at), source="approval")

    notice = await the(house, duty="notice_hearing")
    told = await explained(house, notice)
    assert notice["due_on"] == told["due_on"] == "2026-03-24"
    assert len([day for day in told["explanation"] if day["counted"]]) == 7


async def lists_owed(house: House) -> dict[tuple[str, str], str]:
    rows = (await house.http(Role.OVERSEER).get("/obligations")).json()["items"]
    return {(row["department"], row["duty"]): row["state"] for row in rows}


async def test_each_list_is_due_on_the_day_at_three_and_done_when_it_is_filed_whole(open_house: OpenHouse) -> None:
    house = await open_house(service)
    now = house.clock.legal()
    closes_at = shanghai(f"{now.year + 1}-04-15T15:00")
    await house.hear(window_opened(now, closes_at, "fire", "housing"), source="expert")

    await house.hear(nominated(now, "fire"), nominated(now, "housing"), source="expert")
    after_the_first_nominees = await lists_owed(house)
    await house.hear(list_filed(now, "fire", Pool.SURVEY), source="expert")

    surveyors = (await house.http(Role.OVERSEER).get("/obligations", params={"duty": "nominate_experts"})).json()
    assert set(after_the_first_nominees.values()) == {"open"}
    assert await lists_owed(house) == {
        ("fire", "nominate_experts"): "met",
        ("fire", "nominate_think_tank"): "open",
        ("housing", "nominate_experts"): "open",
        ("housing", "nominate_think_tank"): "open",
    }
    assert {datetime.fromisoformat(row["due_at"]) for row in surveyors["items"]} == {closes_at}
    assert "15:00" in (await explained(house, surveyors["items"][0]))["sentence"]


async def test_a_list_that_its_window_does_not_ask_for_is_not_owed(open_house: OpenHouse) -> None:
    house = await open_house(service)
    now = house.clock.legal()
    closes_at = shanghai(f"{now.year + 1}-04-15T15:00")

    await house.hear(window_opened(now, closes_at, "fire", think_tank=Quota(least=0, most=3)), source="expert")

    assert await lists_owed(house) == {("fire", "nominate_experts"): "open"}


async def test_a_list_may_be_due_on_the_first_working_day_of_a_year(open_house: OpenHouse) -> None:
    house = await open_house(service)
    now = house.clock.legal()
    closes_at = shanghai(f"{now.year + 2}-01-04T15:00")

    await house.hear(window_opened(now, closes_at, "fire"), source="expert")

    assert set(await lists_owed(house)) == {("fire", "nominate_experts"), ("fire", "nominate_think_tank")}


async def test_two_persons_find_that_a_document_need_not_be_forwarded(open_house: OpenHouse) -> None:
    house = await open_house(service)
    await house.hear(received(house.clock.legal()), source="supervision")
    owed = await the(house)
    officer = house.http(Role.LIAISON_OFFICER, department="fire", person="p-1")
    same = house.http(Role.LIAISON_LEAD, department="fire", person="p-1")
    lead = house.http(Role.LIAISON_LEAD, department="fire", person="p-2")
    path = f"/obligations/{owed['id']}"

    unasked = await lead.post(f"{path}/excuse")
    asked = await officer.post(f"{path}/disclaim", json={"reason": "该文件与审批无关"})
    alone = await same.post(f"{path}/excuse")
    agreed = await lead.post(f"{path}/excuse")

    assert (unasked.status_code, unasked.json()["code"]) == (409, "not_disclaimed")
    assert (asked.status_code, asked.json()["state"]) == (200, "open")
    assert (alone.status_code, alone.json()["code"]) == (403, "same_person_twice")
    assert (agreed.status_code, agreed.json()["state"]) == (200, "not_applicable")


async def test_what_a_citizen_waits_for_is_never_excused(open_house: OpenHouse) -> None:
    house = await open_house(service)
    await house.hear(submitted(house.clock.legal()), source="approval")
    owed = await the(house)

    answer = await house.http(Role.LIAISON_OFFICER, department="bureau").post(
        f"/obligations/{owed['id']}/disclaim", json={"reason": "忙"}
    )

    assert (answer.status_code, answer.json()["code"]) == (409, "not_excusable")


async def test_the_law_s_vectors_are_previewed(open_house: OpenHouse) -> None:
    house = await open_house(service)
    client = house.http(Role.REVIEWER, department="bureau")

    async def due_on(duty: str, since: str, **more: Any) -> str:
        asked = {"duty": duty, "since_at": f"{since}T09:00:00+08:00", **more}
        answer = await client.get("/obligations/preview", params=asked)
        assert answer.status_code == 200, answer.text
        found: str = answer.json()["count"]["due_on"]
        return found

    review = {"suspended_from": "2026-02-10", "suspended_to": "2026-02-27"}
    assert await due_on("deliver_license", "2026-02-02") == "2026-02-14"
    assert await due_on("decide_by_law", "2026-02-02", days=20) == "2026-03-06"
    assert await due_on("decide_by_law", "2026-02-02", days=20, extended_days=10) == "2026-03-20"
    assert await due_on("decide_by_law", "2026-02-02", days=45) == "2026-04-13"
    assert await due_on("decide_by_law", "2026-02-02", days=20, **review) == "2026-03-19"
    assert await due_on("decide_by_law", "2025-01-20", days=20) == "2025-02-21"
    assert await due_on("decide_by_law", "2025-09-15", days=20) == "2025-10-17"
    assert await due_on("examine_application", "2026-02-02") == "2026-02-09"
    assert await due_on("examine_application", "2026-02-06") == "2026-02-13"
    assert await due_on("decide_by_law", "2026-02-06", days=20) == "2026-03-12"
    assert await due_on("notice_hearing", "2026-03-02", ends_at="2026-04-03T09:00:00+08:00") == "2026-03-24"
