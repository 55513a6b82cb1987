"""Penalties through their doors."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from shenguan_chassis.testing.house import House, OpenHouse
from shenguan_contracts.approval import ApprovalIssued, LicenseDeregistered, PenaltyFiled
from shenguan_contracts.types import ClaimRule
from shenguan_kernel.roles import Role
from shenguan_kernel.working_days.legal_day import legal_day
from supervision_svc.app import service

LICENSE = UUID(int=7)


@pytest.fixture
async def house(open_house: OpenHouse) -> House:
    """A house where fire and market watch one licence."""
    house = await open_house(service)
    issued = ApprovalIssued(
        license_id=LICENSE,
        license_no="JY370302-0001",
        case_id=uuid4(),
        item_id=uuid4(),
        item_code="370302-FOOD-01",
        item_name="食品经营许可",
        departments=("fire", "market"),
        claim_rule=ClaimRule.PUSH_IS_CLAIM,
        issued_at=house.clock.legal(),
    )
    await house.hear(issued, source="approval")
    return house


def inspector(house: House, department: str = "fire") -> httpx.AsyncClient:
    return house.http(Role.INSPECTOR, department=department)


def a_decision(house: House, **changes: Any) -> dict[str, Any]:
    decision = {
        "license_id": str(LICENSE),
        "document_no": "川消罚[2026]7号",
        "legal_basis": "《消防法》第六十条",
        "reason": "逾期未改正重大火灾隐患",
        "decided_on": legal_day(house.clock.legal()).isoformat(),
    }
    return decision | changes


async def penalties_said(house: House) -> list[dict[str, Any]]:
    return [said.data for said in await house.said() if said.type.endswith(".PenaltyLicenseRevoked.v1")]


async def test_a_department_strikes_a_licence_it_watches_and_informs_the_bureau(house: House) -> None:
    answer = await inspector(house).post("/penalties/revoke", json=a_decision(house))

    assert answer.status_code == 201
    penalty = answer.json()
    assert answer.headers["Location"] == f"/supervision/v1/penalties/{penalty['id']}"
    assert (penalty["document_no"], penalty["state"], penalty["filed_at"]) == ("川消罚〔2026〕7号", "in_force", None)
    assert [said["license_id"] for said in await penalties_said(house)] == [str(LICENSE)]
    assert (await house.journal())[-1]["subject"] == f"penalty/{penalty['id']}"


async def test_the_penalty_shows_when_the_bureau_has_filed_it(house: House) -> None:
    penalty = (await inspector(house).post("/penalties/revoke", json=a_decision(house))).json()
    filed = PenaltyFiled(
        penalty_file_id=uuid4(),
        penalty_id=UUID(penalty["id"]),
        license_id=LICENSE,
        department="fire",
        document_no=penalty["document_no"],
        filed_at=house.clock.legal(),
    )

    await house.hear(filed, source="approval")

    shown = (await inspector(house).get(f"/penalties/{penalty['id']}")).json()
    assert shown["penalty_file_id"] == str(filed.penalty_file_id)
    assert shown["filed_at"] is not None
    assert {**shown, "penalty_file_id": None, "filed_at": None} == penalty


async def test_two_departments_that_strike_at_once_strike_once(house: House) -> None:
    answers = await asyncio.gather(
        *(
            inspector(house, department).post("/penalties/revoke", json=a_decision(house))
            for department in ("fire", "market") * 4
        )
    )

    assert sorted(answer.status_code for answer in answers) == [201, *[409] * 7]
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"already_penalty_revoked"}
    assert len(await penalties_said(house)) == 1


async def test_the_same_request_with_the_same_key_has_the_same_answer(house: House) -> None:
    key, decision = {"Idempotency-Key": "once"}, a_decision(house)

    first = await inspector(house).post("/penalties/revoke", json=decision, headers=key)
    again = await inspector(house).post("/penalties/revoke", json=decision, headers=key)

    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert len(await penalties_said(house)) == 1


async def test_a_licence_that_a_department_does_not_watch_is_not_there_for_it(house: House) -> None:
    for client in (inspector(house, "health"), house.http(Role.INSPECTOR, department="bureau")):
        refused = await client.post("/penalties/revoke", json=a_decision(house))
        assert refused.status_code == 404
    unknown = await inspector(house).post("/penalties/revoke", json=a_decision(house, license_id=str(uuid4())))

    assert unknown.status_code == 404
    assert await penalties_said(house) == []


async def test_a_deregistered_licence_cannot_be_struck_any_more(house: House) -> None:
    gone = LicenseDeregistered(
        license_id=LICENSE, departments=("fire", "market"), ground="有效期届满", deregistered_at=house.clock.legal()
    )
    await house.hear(gone, source="approval")

    refused = await inspector(house).post("/penalties/revoke", json=a_decision(house))

    assert (refused.status_code, refused.json()["code"]) == (409, "watch_over")


async def test_a_decision_of_tomorrow_is_refused_and_names_the_field(house: House) -> None:
    tomorrow = legal_day(house.clock.legal()) + timedelta(days=1)

    refused = await inspector(house).post("/penalties/revoke", json=a_decision(house, decided_on=tomorrow.isoformat()))

    assert (refused.status_code, refused.json()["code"]) == (422, "decided_in_future")
    assert refused.json()["field"] == "decided_on"


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"document_no": "川消罚〔2026〕007号"}, "document_no"),
    ({"document_no": "川消罚〔202607号"}, "document_no"),
    ({"reason": ""}, "reason"),
    ({"reason": "x" * 2001}, "reason"),
    ({"legal_basis": None}, "legal_basis"),
    ({"decided_on": "2026-02-30"}, "decided_on"),
    ({"license_id": "7"}, "license_id"),
    ({"department": "market"}, "department"),
    ({"state": "in_force"}, "state"),
]


async def test_a_wrong_decision_names_the_field_and_leaves_nothing(house: House) -> None:
    for wrong, field in WRONG:
        refused = await inspector(house).post("/penalties/revoke", json=a_decision(house, **wrong))

        assert refused.status_code == 422, wrong
        assert [error["field"] for error in refused.json()["errors"]] == [field], wrong
    assert await penalties_said(house) == []


async def test_text_that_no_database_can_hold_is_refused_and_never_an_error(house: House) -> None:
    for text in ('"a\\u0000b"', '"\\ud800"', "1e400", "NaN"):
        body = f'{{"license_id":"{LICENSE}","document_no":"川消罚〔2026〕7号","legal_basis":"x",'
        body += f'"reason":{text},"decided_on":"2026-01-05"}}'
        refused = await inspector(house).post(
            "/penalties/revoke", content=body.encode(), headers={"Content-Type": "application/json"}
        )
        assert refused.status_code in (400, 422), text


async def test_only_inspectors_and_the_liaison_lead_strike(house: House) -> None:
    for role in (Role.APPROVER, Role.OVERSEER, Role.LIAISON_OFFICER, Role.SYSTEM_ADMINISTRATOR):
        office = "bureau" if role is Role.APPROVER else "fire"
        refused = await house.http(role, department=office).post("/penalties/revoke", json=a_decision(house))

        assert refused.status_code == 403, role
        assert (await house.journal())[-1]["code"] == "not_allowed"


async def test_another_departments_penalty_is_not_there(house: House) -> None:
    penalty = (await inspector(house).post("/penalties/revoke", json=a_decision(house))).json()
    stranger = inspector(house, "market")

    assert (await stranger.get(f"/penalties/{penalty['id']}")).status_code == 404
    assert (await stranger.get("/penalties")).json()["items"] == []
    assert [shown["id"] for shown in (await inspector(house).get("/penalties")).json()["items"]] == [penalty["id"]]
    bureau = await house.http(Role.REVIEWER, department="bureau").get("/penalties")
    assert [shown["id"] for shown in bureau.json()["items"]] == [penalty["id"]]
