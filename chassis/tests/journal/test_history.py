"""Who sees what was done to an aggregate? Whoever may see it; persons of other offices and refusals: auditors only."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from shenguan_chassis.testing.house import House, OpenHouse
from shenguan_contracts.approval import ApprovalIssued
from shenguan_contracts.types import ClaimRule
from shenguan_kernel.roles import Role
from supervision_svc.app import service


@pytest.fixture
async def house(open_house: OpenHouse) -> House:
    return await open_house(service)


async def a_claimed_watch(house: House) -> str:
    issued = ApprovalIssued(
        license_id=uuid4(), license_no="JY370302-0001", case_id=uuid4(), item_id=uuid4(), item_code="370302-FOOD-01",
        item_name="食品经营许可", departments=("fire",), claim_rule=ClaimRule.ACKNOWLEDGE,
        holder_name="示例公司", holder_uscc="9144030071526726XG", issued_at=house.clock.legal(),
    )  # fmt: skip
    await house.hear(issued, source="approval")
    inspector = house.http(Role.INSPECTOR, department="fire")
    [entry] = (await inspector.get("/ledger")).json()["items"]
    assert (await inspector.post(f"/ledger/{entry['id']}/claim")).status_code == 200
    await inspector.post(f"/ledger/{entry['id']}/claim")  # refused: it is claimed already
    return f"watch/{UUID(entry['id'])}"


async def history(house: House, subject: str, *roles: Role, department: str, **more: str) -> list[tuple]:
    answer = await house.http(*roles, department=department).get("/journal", params={"subject": subject, **more})
    assert answer.status_code == 200, answer.text
    return [(row["command"], row["status"], row["person"] is not None) for row in answer.json()["items"]]


async def test_a_department_sees_what_was_done_to_its_own_and_by_whom_of_its_own(house: House) -> None:
    watch = await a_claimed_watch(house)

    assert await history(house, watch, Role.LIAISON_LEAD, department="fire") == [("claim_approval", 200, True)]


async def test_the_bureau_sees_it_without_the_persons_of_other_offices(house: House) -> None:
    watch = await a_claimed_watch(house)

    assert await history(house, watch, Role.REVIEWER, department="bureau") == [("claim_approval", 200, False)]


@pytest.mark.parametrize("role", [Role.SECURITY_AUDITOR, Role.OVERSEER])
async def test_auditors_see_refusals_and_persons_too(house: House, role: Role) -> None:
    watch = await a_claimed_watch(house)

    rows = await history(
        house, watch, role, department="bureau" if role is Role.SECURITY_AUDITOR else "staffing-office"
    )

    assert [row[2] for row in rows] == [True, True]
    assert [row[1] for row in rows] == [200, 409]


async def test_to_another_department_it_does_not_exist(house: House) -> None:
    watch = await a_claimed_watch(house)

    answer = await house.http(Role.INSPECTOR, department="health").get("/journal", params={"subject": watch})

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("subject", ["watch", "watch/1", "nothing/0198c0de-0000-7000-8000-000000000001", "case/../x"])
async def test_what_names_nothing_is_not_found(house: House, subject: str) -> None:
    answer = await house.http(Role.OVERSEER, department="staffing-office").get("/journal", params={"subject": subject})

    assert answer.status_code == 404


async def test_it_comes_page_by_page_and_a_cursor_is_good_for_its_subject_only(house: House) -> None:
    watch = await a_claimed_watch(house)
    overseer = house.http(Role.OVERSEER, department="staffing-office")

    first = (await overseer.get("/journal", params={"subject": watch, "limit": 1})).json()
    second = (await overseer.get("/journal", params={"subject": watch, "limit": 1, "after": first["next"]})).json()
    other = await overseer.get("/journal", params={"subject": watch, "after": f"{first['next']}x"})

    assert [row["status"] for row in first["items"] + second["items"]] == [200, 409]
    assert second["next"] is None
    assert (other.status_code, other.json()["code"]) == (422, "bad_cursor")
