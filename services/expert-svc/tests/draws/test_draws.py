"""Draws through their doors, and each certificate through the verifier that anyone may fetch."""

import asyncio
import json
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from expert_svc.app import service
from shenguan_chassis.testing.house import House, OpenHouse
from shenguan_kernel.roles import Role

WRONG: list[tuple[dict[str, Any], str]] = [
    ({"purpose": "survey"}, "purpose"),
    ({"purpose": f"survey/{str(uuid4()).upper()}"}, "purpose"),
    ({"purpose": f"survey/{uuid4()}\u0000"}, "purpose"),
    ({"seats": 0}, "seats"),
    ({"seats": 1.5}, "seats"),
    ({"seats": 10**30}, "seats"),
    ({"per_department": 0}, "per_department"),
    ({"recusals": [{"expert": "陈某", "reason": "kin"}]}, "recusals.0.expert"),
    ({"minimums": [{"of": "age", "name": "50"}]}, "minimums.0.of"),
    ({"seed": "0"}, "seed"),
]


@pytest.fixture
async def house(open_house: OpenHouse) -> House:
    """A house with five survey experts of three departments: fire 1 and 2, market 3 and 4, health 5."""
    house = await open_house(service)
    for department, field in (
        ("fire", "消防"),
        ("fire", "建筑"),
        ("market", "食品"),
        ("market", "特种设备"),
        ("health", "公共卫生"),
    ):
        nominee = {"pool": "survey", "department": department, "fields": [field], "qualifications": ["高级工程师"]}
        assert (await reviewer(house).post("/experts", json=nominee)).status_code == 201
    return house


def reviewer(house: House) -> httpx.AsyncClient:
    return house.http(Role.REVIEWER, department="bureau")


def head(house: House) -> httpx.AsyncClient:
    return house.http(Role.BUREAU_HEAD, department="bureau")


def a_request(**changes: Any) -> dict[str, Any]:
    return {"purpose": f"survey/{uuid4()}", "pool": "survey", "seats": 2, "per_department": 1, **changes}


async def drawn(house: House, **changes: Any) -> dict[str, Any]:
    answer = await reviewer(house).post("/draws", json=a_request(**changes))
    assert answer.status_code == 201, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def certificate(house: House, draw: dict[str, Any]) -> bytes:
    return (await house.stranger().get(f"/draws/{draw['id']}/certificate")).content


async def checked(house: House, raw: bytes, folder: Path) -> str:
    """What the verifier that a stranger fetched says of a certificate; it must hold."""
    program, file = folder / "verify_draw.py", folder / "certificate.json"
    program.write_bytes((await house.stranger().get("/verify_draw.py")).content)
    file.write_bytes(raw)
    key = (await house.stranger().get("/draw-key")).json()["public_key"]
    command = [sys.executable, "-I", "-S", str(program), str(file), "--key", key]
    verdict = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, encoding="utf-8")
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr
    return verdict.stdout


async def test_a_panel_is_drawn_declared_and_certified_in_one_act(house: House) -> None:
    draw = await drawn(house)

    assert (draw["state"], draw["attempt"], draw["assurance_level"], draw["panels"]) == ("completed", 1, 0, "8")
    assert len(draw["panel"]) == len(draw["departments"]) == 2
    declared, completed = [said.data for said in await house.said() if said.type.rsplit(".", 2)[-2].startswith("Draw")]
    assert declared["declaration_hash"] == draw["declaration_hash"]
    assert completed["panel"] == draw["panel"]
    assert completed["certificate_hash"] == draw["certificate_hash"]


async def test_a_stranger_verifies_the_certificate_with_what_the_service_serves(house: House, tmp_path: Path) -> None:
    draw = await drawn(house)

    raw = await certificate(house, draw)

    assert sha256(raw).hexdigest() == draw["certificate_hash"]
    assert json.loads(raw)["panel"] == draw["panel"]
    assert "THE CERTIFICATE HOLDS" in await checked(house, raw, tmp_path)


async def test_the_rule_is_kept(house: House) -> None:
    minimum, recusal = {"of": "field", "name": "公共卫生"}, {"expert": "e-000001", "reason": "kin"}

    draw = await drawn(house, minimums=[minimum], recusals=[recusal], excluded_departments=["market"])

    assert draw["panel"] == ["e-000002", "e-000005"]
    assert draw["panels"] == "1"


async def test_an_expert_with_a_standing_panel_carries_it(house: House) -> None:
    everyone = await drawn(house, seats=5, per_department=2)

    refused = await reviewer(house).post("/draws", json=a_request(load_limit=1))

    assert len(everyone["panel"]) == 5
    assert (refused.status_code, refused.json()["code"]) == (409, "no_lawful_panel")


async def test_a_rule_that_no_panel_meets_is_refused_and_says_what_would_help(house: House) -> None:
    refused = await reviewer(house).post("/draws", json=a_request(seats=4))

    assert (refused.status_code, refused.json()["code"]) == (409, "no_lawful_panel")
    assert {"part": "per_department", "to": 2} in refused.json()["facts"]["relaxations"]
    assert len(await house.said()) == 5


async def test_an_expert_just_drawn_rests(house: House) -> None:
    first = await drawn(house, seats=3)

    second = await drawn(house, seats=2, cooling_off_days=30)

    assert not set(first["panel"]) & set(second["panel"])


async def test_a_recusal_tells_its_ground_and_no_story(house: House) -> None:
    recusal = {"ground": "relationship", "reason": "spouse"}

    draw = await drawn(house, recusals=[recusal | {"expert": "e-000001"}])

    declared = json.loads(await certificate(house, draw))["declaration"]
    assert declared["rule"]["recusals"] == [recusal | {"candidate": "e-000001"}]
    assert declared["ineligible"] == [{"candidate": "e-000001", "cause": "recused", "code": "spouse"}]


async def test_while_a_panel_stands_it_is_not_drawn_again(house: House) -> None:
    purpose = (await drawn(house))["purpose"]

    refused = await reviewer(house).post("/draws", json=a_request(purpose=purpose))

    assert (refused.status_code, refused.json()["code"]) == (409, "panel_stands")


async def test_two_who_draw_at_once_for_one_purpose_draw_once(house: House) -> None:
    request = a_request()

    answers = await asyncio.gather(*(reviewer(house).post("/draws", json=request) for _ in range(6)))

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409, 409]
    assert len((await reviewer(house).get("/draws", params={"purpose": request["purpose"]})).json()["items"]) == 1


async def test_a_voided_draw_stays_on_record_and_in_every_later_certificate(house: House, tmp_path: Path) -> None:
    first = await drawn(house)
    void = await head(house).post(f"/draws/{first['id']}/void", json={"reason": "专家与申请人有利害关系"})

    second = await drawn(house, purpose=first["purpose"])

    assert (void.status_code, void.json()["state"]) == (200, "voided")
    assert (second["attempt"], second["state"]) == (2, "completed")
    raw = await certificate(house, second)
    (earlier,) = json.loads(raw)["earlier"]
    assert (earlier["panel"], earlier["reason"]) == (first["panel"], "专家与申请人有利害关系")
    assert earlier["certificate"] == first["certificate_hash"]
    assert "此前第 1 次" in await checked(house, raw, tmp_path)
    assert sha256(await certificate(house, first)).hexdigest() == first["certificate_hash"]


async def test_whoever_drew_does_not_void(house: House) -> None:
    both = house.http(Role.REVIEWER, Role.BUREAU_HEAD, department="bureau")
    draw = (await both.post("/draws", json=a_request())).json()

    refused = await both.post(f"/draws/{draw['id']}/void", json={"reason": "重抽"})

    assert (refused.status_code, refused.json()["code"]) == (403, "same_hand")


async def test_the_server_keeps_one_key(house: House, tmp_path: Path) -> None:
    first, second = [json.loads(await certificate(house, await drawn(house))) for _ in range(2)]

    published = (await house.stranger().get("/draw-key")).json()["public_key"]

    assert first["declaration"]["vrf_key"] == second["declaration"]["vrf_key"] == published
    kept = tmp_path / "draw-vrf.key"
    assert kept.stat().st_mode & 0o077 == 0


async def test_a_department_sees_the_panels_its_experts_are_on_and_no_other(house: House) -> None:
    draw = await drawn(house, excluded_departments=["health"])
    fire, health = (house.http(Role.LIAISON_LEAD, department=one) for one in ("fire", "health"))

    assert (await fire.get(f"/draws/{draw['id']}")).json() == draw
    assert (await health.get(f"/draws/{draw['id']}")).status_code == 404
    assert (await health.get("/draws")).json()["items"] == []
    assert "drawn_by" not in draw
    assert "certificate" not in draw


async def test_a_wrong_request_names_the_field_and_draws_nothing(house: House) -> None:
    for wrong, field in WRONG:
        refused = await reviewer(house).post("/draws", json=a_request(**wrong))

        assert refused.status_code == 422, wrong
        assert refused.json()["errors"][0]["field"] == field, wrong
    assert len(await house.said()) == 5


async def test_a_rule_that_contradicts_itself_is_refused(house: House) -> None:
    twice = [{"of": "field", "name": "消防"}] * 2
    unknown = [{"expert": "e-999999", "reason": "kin"}]

    for wrong in ({"per_department": 3}, {"minimums": twice}, {"recusals": unknown}):
        refused = await reviewer(house).post("/draws", json=a_request(**wrong))
        assert (refused.status_code, refused.json()["code"]) == (422, "rule_inconsistent"), wrong


async def test_only_the_bureau_draws_and_only_its_head_voids(house: House) -> None:
    draw = await drawn(house)

    by_department = await house.http(Role.LIAISON_LEAD, department="fire").post("/draws", json=a_request())
    by_reviewer = await reviewer(house).post(f"/draws/{draw['id']}/void", json={"reason": "重抽"})

    assert (by_department.status_code, by_reviewer.status_code) == (403, 403)


async def test_a_draw_that_never_was_has_no_certificate(house: House) -> None:
    assert (await house.stranger().get(f"/draws/{uuid4()}/certificate")).status_code == 404
