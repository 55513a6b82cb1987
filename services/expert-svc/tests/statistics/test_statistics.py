"""The statistics of draws through their doors: numbers, pictures, whose they are, and the alarm."""

from datetime import datetime
from typing import Any
from uuid import uuid4
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import httpx
import pytest
from structlog.testing import capture_logs

from expert_svc.app import service
from expert_svc.statistics.chance import FACTORS
from shenguan_chassis.testing.house import House, OpenHouse
from shenguan_contracts.expert import PatternKind
from shenguan_kernel.roles import Role

EXPERTS = (("fire", "消防"), ("fire", "建筑"), ("market", "食品"), ("market", "特种设备"), ("health", "公共卫生"))


@pytest.fixture
async def house(open_house: OpenHouse) -> House:
    """A house with five survey experts of three departments."""
    house = await open_house(service)
    for department, field in EXPERTS:
        nominee = {"pool": "survey", "department": department, "fields": [field], "qualifications": ["高级工程师"]}
        assert (await reviewer(house).post("/experts", json=nominee)).status_code == 201
    return house


def reviewer(house: House) -> httpx.AsyncClient:
    return house.http(Role.REVIEWER, department="bureau")


def overseer(house: House) -> httpx.AsyncClient:
    return house.http(Role.OVERSEER)


async def drawn(house: House, **changes: Any) -> dict[str, Any]:
    body = {"purpose": f"survey/{uuid4()}", "pool": "survey", "seats": 2, "per_department": 1, **changes}
    answer = await reviewer(house).post("/draws", json=body)
    assert answer.status_code == 201, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def statistics(house: House, who: httpx.AsyncClient) -> dict[str, Any]:
    await house.settle()
    answer = await who.get("/draw-statistics")
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def test_counts_stand_beside_the_sums_of_the_published_chances(house: House) -> None:
    draws = [await drawn(house) for _ in range(3)]

    shown = await statistics(house, overseer(house))

    seats = [expert for draw in draws for expert in draw["panel"]]
    assert shown["draws"] == 3
    assert {one["expert_no"]: one["drawn"] for one in shown["experts"]} == {
        f"e-{number:06d}": seats.count(f"e-{number:06d}") for number in range(1, 6)
    }
    assert sum(one["expected"] for one in shown["experts"]) == pytest.approx(6)
    assert [one["expected"] for one in shown["experts"]][4] == pytest.approx(3 * 4 / 8)
    assert all(one["least"] <= one["expected"] <= one["most"] for one in shown["experts"])
    assert sum(one["share"] for one in shown["departments"]) == pytest.approx(1)


async def test_a_second_attempt_and_a_recusal_are_counted(house: House) -> None:
    first = await drawn(house, recusals=[{"expert": "e-000001", "ground": "relationship", "reason": "spouse"}])
    head = house.http(Role.BUREAU_HEAD, department="bureau")
    void = await head.post(f"/draws/{first['id']}/void", json={"reason": "专家与申请人有利害关系"})
    assert void.status_code == 200, void.text
    await drawn(house, purpose=first["purpose"])
    await drawn(house)

    shown = await statistics(house, overseer(house))

    assert shown["attempts"] == [{"attempts": 1, "subjects": 1}, {"attempts": 2, "subjects": 1}]
    assert shown["recusals"] == [{"department": "fire", "ground": "relationship", "recusals": 1}]


async def test_a_department_sees_its_own_and_no_more(house: House) -> None:
    await drawn(house, seats=3, recusals=[{"expert": "e-000003", "ground": "declared", "reason": "spouse"}])
    fire = house.http(Role.LIAISON_LEAD, department="fire")

    shown = await statistics(house, fire)
    picture = await fire.get("/draw-statistics.svg", params={"picture": "experts"})

    assert {one["department"] for one in shown["experts"]} == {"fire"}
    assert {one["department"] for one in shown["departments"]} == {"fire"}
    assert shown["recusals"] == []
    assert "e-000003" not in picture.text


async def test_the_security_auditor_sees_all_and_an_expert_nothing(house: House) -> None:
    await drawn(house)

    assert len((await statistics(house, house.http(Role.SECURITY_AUDITOR)))["experts"]) == 5
    assert (await house.http(Role.EXPERT, department="fire").get("/draw-statistics")).status_code == 403


async def test_only_draws_of_the_days_asked_for_are_counted(house: House) -> None:
    draw = await drawn(house)
    day = datetime.fromisoformat(draw["declared_at"]).astimezone(ZoneInfo("Asia/Shanghai")).date().isoformat()
    await house.settle()

    same = await overseer(house).get("/draw-statistics", params={"since": day, "until": day})
    later = await overseer(house).get("/draw-statistics", params={"since": "2999-01-01"})

    assert (same.json()["draws"], later.json()["draws"]) == (1, 0)


@pytest.mark.parametrize("name", ["experts", "departments", "attempts", "recusals"])
async def test_each_picture_is_svg_and_loads_nothing(house: House, name: str) -> None:
    await drawn(house)
    await house.settle()

    answer = await overseer(house).get("/draw-statistics.svg", params={"picture": name})

    assert answer.headers["content-type"].startswith("image/svg+xml")
    root = ElementTree.fromstring(answer.text)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert not [one for one in root.iter() if "href" in "".join(one.attrib) or one.tag.endswith("script")]


async def test_no_fair_draw_raises_an_alarm(house: House) -> None:
    for _ in range(5):
        await drawn(house)
    await house.settle()

    assert (await overseer(house).get("/draw-patterns")).json()["items"] == []


async def test_a_pattern_that_chance_does_not_explain_is_told_recorded_and_logged_once(house: House) -> None:
    await suspected(house, "e-000001")

    with capture_logs() as logs:
        await drawn(house)
        await drawn(house)
        await house.settle()

    found = (await overseer(house).get("/draw-patterns")).json()["items"]
    assert [(one["kind"], one["expert_no"], one["department"]) for one in found] == [("standing", "e-000001", "fire")]
    assert found[0]["once_in"] > 10_000
    assert [line["kind"] for line in logs if line["event"] == "draw pattern noticed"] == ["standing"]
    assert [event.type for event in await house.said()].count("cn.shenguan.expert.DrawPatternNoticed.v1") == 1


@pytest.mark.slow
async def test_a_bureau_that_voids_until_its_favourite_is_drawn_is_noticed_within_some_twenty_panels(
    house: House,
) -> None:
    """By doors alone: each lot is fair, and what stands is not; the alarm names the favourite and only what stands."""
    head = house.http(Role.BUREAU_HEAD, department="bureau")
    panels = 0
    while not (noticed := (await overseer(house).get("/draw-patterns")).json()["items"]):
        purpose = f"survey/{uuid4()}"
        while "e-000003" not in (draw := await drawn(house, purpose=purpose, seats=1))["panel"]:
            reason = {"reason": "另有回避情形"}
            assert (await head.post(f"/draws/{draw['id']}/void", json=reason)).status_code == 200
        panels += 1
        await house.settle()

    assert {(one["kind"], one["expert_no"]) for one in noticed} == {("standing", "e-000003")}
    assert 10 < panels < 30


async def test_an_alarm_is_seen_by_the_department_of_the_expert_and_by_no_other(house: House) -> None:
    await suspected(house, "e-000001")
    await drawn(house)
    await house.settle()

    own = await house.http(Role.LIAISON_LEAD, department="fire").get("/draw-patterns")
    other = await house.http(Role.LIAISON_LEAD, department="health").get("/draw-patterns")

    assert (len(own.json()["items"]), len(other.json()["items"])) == (1, 0)


async def suspected(house: House, expert: str) -> None:
    """A record in which an expert stood on far too many panels before."""
    ratios = {expert: [50.0] * len(FACTORS)}
    insert = "INSERT INTO draw_evidence (kind, looks, ratios) VALUES ($1, $2, $3)"
    await house.runtime.pool.execute(insert, PatternKind.STANDING, 40, ratios)


async def test_a_voided_panel_speaks_no_longer_for_those_that_stand(house: House) -> None:
    draw = await drawn(house)
    await house.settle()
    head = house.http(Role.BUREAU_HEAD, department="bureau")
    assert (await head.post(f"/draws/{draw['id']}/void", json={"reason": "另有回避情形"})).status_code == 200
    await house.settle()

    rows = await house.runtime.pool.fetch("SELECT kind, looks, ratios FROM draw_evidence ORDER BY kind")

    told = {row["kind"]: row["ratios"] for row in rows}
    assert [row["looks"] for row in rows] == [1, 1]
    assert any(abs(one) > 0.1 for ratios in told["drawn"].values() for one in ratios)
    assert all(abs(one) < 1e-9 for ratios in told["standing"].values() for one in ratios)
