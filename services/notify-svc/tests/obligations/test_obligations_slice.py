"""Obligations as others' events make them and as the doors show them, over a real database and a real bus."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from notify_svc.app import service
from notify_svc.obligations.recounting import step
from shenguan_chassis.testing.house import House, OpenHouse
from shenguan_kernel.roles import Role
from shenguan_kernel.working_days import seed_years

from .said_by_others import (
    CASE,
    accepted,
    claimed,
    forwarded,
    issued,
    penalty_filed,
    penalty_revoked,
    received,
    submitted,
)


async def listed(house: House, **wanted: Any) -> list[dict[str, Any]]:
    answer = await house.http(Role.OVERSEER).get("/obligations", params=wanted)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_a_document_is_owed_to_each_recipient_and_forwarding_meets_one(open_house: OpenHouse) -> None:
    house = await open_house(service)
    now = house.clock.legal()
    await house.hear(received(now, "bureau", "housing"), source="supervision")

    await house.hear(forwarded(now, "housing"), source="supervision")

    states = {each["recipient"]: each["state"] for each in await listed(house, duty="forward_document")}
    assert states == {"bureau": "open", "housing": "met"}


async def test_a_department_sees_its_own_and_anothers_is_as_if_it_were_not_there(open_house: OpenHouse) -> None:
    house = await open_house(service)
    await house.hear(received(house.clock.legal()), source="supervision")
    (shown,) = await listed(house)

    fire = house.http(Role.LIAISON_OFFICER, department="fire")
    housing = house.http(Role.LIAISON_OFFICER, department="housing")

    assert (await fire.get(f"/obligations/{shown['id']}")).status_code == 200
    assert (await housing.get(f"/obligations/{shown['id']}")).status_code == 404
    assert (await housing.get("/obligations")).json()["items"] == []
    assert (await housing.get("/obligations/counts")).json() == []
    assert (await house.stranger().get("/obligations")).status_code == 401


async def test_every_day_of_a_limit_is_explained(open_house: OpenHouse) -> None:
    house = await open_house(service)
    await house.hear(submitted(house.clock.legal()), source="approval")
    (shown,) = await listed(house, duty="examine_application")

    explained = (await house.http(Role.REVIEWER, department="bureau").get(f"/obligations/{shown['id']}")).json()

    counted = [day["date"] for day in explained["count"]["explanation"] if day["counted"]]
    assert explained["source"] == "行政许可法第三十二条"
    assert len(counted) == 5
    assert counted[-1] == shown["due_on"] == explained["count"]["due_on"]
    assert "届满" in explained["count"]["sentence"]


async def test_accepting_a_case_ends_one_clock_and_starts_the_next(open_house: OpenHouse) -> None:
    house = await open_house(service)
    now = house.clock.legal()
    await house.hear(submitted(now), accepted(now, promised_days=7), source="approval")

    shown = {each["duty"]: each for each in await listed(house, about=f"case/{CASE}")}

    assert shown["examine_application"]["state"] == "met"
    assert shown["decide_case"]["state"] == "open"


async def test_an_answer_that_is_heard_before_its_question_meets_it_the_moment_it_comes(open_house: OpenHouse) -> None:
    house = await open_house(service)
    now = house.clock.legal()
    await house.hear(penalty_filed(now), source="approval")
    assert await listed(house) == []

    await house.hear(penalty_revoked(now), source="supervision")

    (shown,) = await listed(house)
    about = [event for event in await house.said() if event.subject == f"obligation/{shown['id']}"]
    assert shown["state"] == "met"
    assert [event.type.split(".")[3] for event in about] == ["ObligationOpened", "ObligationMet"]


async def test_in_whatever_order_two_topics_arrive_the_end_is_the_same(open_house: OpenHouse) -> None:
    house = await open_house(service)
    now = house.clock.legal()
    orders = list(permutations(range(4)))

    for number, order in enumerate(orders):
        said = (
            (issued(now, "fire", "culture", number=number), "approval"),
            (claimed(now, "culture", number=number), "supervision"),
            (penalty_revoked(now, number=number), "supervision"),
            (penalty_filed(now, number=number), "approval"),
        )
        for which in order:
            await house.hear(said[which][0], source=said[which][1])

    counts = (await house.http(Role.OVERSEER).get("/obligations/counts")).json()
    assert {(each["duty"], each["state"]): each["number"] for each in counts} == {
        ("claim_approval", "open"): len(orders),
        ("claim_approval", "met"): len(orders),
        ("file_penalty", "met"): len(orders),
    }


async def test_the_same_event_twice_opens_nothing_twice(open_house: OpenHouse) -> None:
    house = await open_house(service)
    event = received(house.clock.legal())
    await house.hear(event, source="supervision")

    await house.bus.publish([house.record(event, "supervision", number=1)])
    await house.settle()

    assert [each["version"] for each in await listed(house)] == [1]


async def test_a_limit_no_calendar_reaches_is_set_aside_and_others_go_on(open_house: OpenHouse) -> None:
    house = await open_house(service)
    now = house.clock.legal()

    await house.hear(submitted(now), accepted(now, promised_days=100_000), source="approval")
    await house.hear(received(now), source="supervision")

    parked = await house.runtime.pool.fetch("SELECT subject, why, reason FROM parked")
    assert [(row["subject"], row["why"]) for row in parked] == [(f"case/{CASE}", "dead")]
    assert "100000 days" in parked[0]["reason"]
    assert [each["duty"] for each in await listed(house, duty="forward_document")] == ["forward_document"]


async def test_lists_are_pages_by_due_instant(open_house: OpenHouse) -> None:
    house = await open_house(service)
    now = house.clock.legal()
    days = [timedelta(days=back) for back in (30, 10, 20)]
    await house.hear(*(received(now - back, number=n) for n, back in enumerate(days, 1)), source="supervision")
    client = house.http(Role.OVERSEER)

    first = (await client.get("/obligations", params={"limit": 2})).json()
    second = (await client.get("/obligations", params={"limit": 2, "after": first["next"]})).json()

    dues = [each["due_at"] for each in [*first["items"], *second["items"]]]
    assert len(dues) == 3
    assert dues == sorted(dues)
    assert second["next"] is None


@pytest.mark.parametrize(
    "wanted",
    [{"state": "forgotten"}, {"duty": "rest"}, {"colour": "red"}, {"limit": 0}, {"after": "nonsense"}],
    ids=["state", "duty", "unknown", "limit", "cursor"],
)
async def test_an_unknown_filter_is_refused(open_house: OpenHouse, wanted: dict[str, Any]) -> None:
    house = await open_house(service)

    answer = await house.http(Role.OVERSEER).get("/obligations", params=wanted)

    assert answer.status_code == 422


async def test_a_preview_tells_what_would_be_due_and_who_would_be_told(open_house: OpenHouse) -> None:
    house = await open_house(service)

    told = await house.http(Role.LIAISON_OFFICER, department="fire").get(
        "/obligations/preview", params={"duty": "forward_document", "since_at": "2026-09-29T09:00:00+08:00"}
    )

    preview = told.json()
    assert preview["count"]["due_on"] == "2026-09-30"
    assert [(rung["post"], rung["at"]) for rung in preview["ladder"]] == [
        ("liaison_officer", "2026-09-30T16:00:00Z"),
        ("liaison_lead", "2026-09-30T16:00:00Z"),
        ("principal_head", "2026-10-08T16:00:00Z"),
        ("overseer", "2026-10-09T16:00:00Z"),
    ]
    assert await listed(house) == []


async def test_a_preview_of_a_promised_limit_asks_for_the_promise(open_house: OpenHouse) -> None:
    house = await open_house(service)
    asked = {"duty": "decide_case", "since_at": "2026-02-02T09:00:00+08:00"}
    client = house.http(Role.REVIEWER, department="bureau")

    without = await client.get("/obligations/preview", params=asked)
    with_it = await client.get("/obligations/preview", params={**asked, "days": 20})

    assert (without.status_code, without.json()["code"]) == (422, "limit_not_given")
    assert with_it.json()["count"]["due_on"] == "2026-03-06"


async def test_an_amendment_moves_an_open_obligation_and_the_earlier_end_is_kept(open_house: OpenHouse) -> None:
    house = await open_house(service)
    year = seed_years()[-1].year + 1
    await house.hear(received(house.clock.legal().replace(year=year, month=1, day=2)), source="supervision")
    (before,) = await listed(house)

    loaded = await house.http(Role.SYSTEM_ADMINISTRATOR).post(
        f"/calendar/{year}", json=announced(year, before["due_on"])
    )
    await counted_again(house)

    after = await explained(house, before["id"])
    assert loaded.status_code == 200
    assert (before["provisional"], after["provisional"]) == (True, False)
    assert after["due_on"] > before["due_on"]
    assert after["calendar"] == [f"{year}#2"]
    assert [(each["due_on"], each["moved_by"]) for each in after["earlier"]] == [
        (before["due_on"], "ObligationRescheduled")
    ]
    assert [day["reason"] for day in after["explanation"] if day["date"] == before["due_on"]] == ["day_off"]


async def test_an_amendment_that_moves_nothing_makes_the_end_certain(open_house: OpenHouse) -> None:
    house = await open_house(service)
    year = seed_years()[-1].year + 1
    await house.hear(received(house.clock.legal().replace(year=year, month=3, day=2)), source="supervision")
    (before,) = await listed(house)

    await house.http(Role.SYSTEM_ADMINISTRATOR).post(f"/calendar/{year}", json=announced(year, f"{year}-01-02"))
    await counted_again(house)

    after = await explained(house, before["id"])
    assert (after["due_on"], after["provisional"], after["earlier"]) == (before["due_on"], False, [])


def announced(year: int, *off: str) -> dict[str, Any]:
    return {
        "year": year,
        "source": f"国办发明电〔{year - 1}〕9号",
        "published": f"{year - 1}-11-04",
        "status": "OFFICIAL",
        "off": [f"{year}-01-01", *off],
        "makeup": [],
    }


async def counted_again(house: House) -> None:
    while await step(house.runtime):
        pass
    await house.settle()


async def explained(house: House, obligation: str) -> dict[str, Any]:
    answer = await house.http(Role.OVERSEER).get(f"/obligations/{obligation}/explanation")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_the_table_of_duties_is_public(open_house: OpenHouse) -> None:
    house = await open_house(service)

    table = (await house.stranger().get("/duties")).json()

    assert {row["duty"]: row["limit"] for row in table}["file_penalty"] == "及时：现定1个工作日（可设1至7个工作日）"
