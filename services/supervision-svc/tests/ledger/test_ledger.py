"""The ledger through its ears and doors."""

from datetime import timedelta
from itertools import permutations
from uuid import UUID, uuid4

import httpx
import pytest

from shenguan_chassis.testing.house import House, OpenHouse
from shenguan_contracts.approval import ApprovalIssued, LicenseDeregistered, LicensePenaltyRevoked, PenaltyFiled
from shenguan_contracts.event import Event
from shenguan_contracts.types import ClaimRule
from shenguan_kernel.roles import Role
from supervision_svc.app import service


@pytest.fixture
async def house(open_house: OpenHouse) -> House:
    return await open_house(service)


def inspector(house: House, department: str = "fire") -> httpx.AsyncClient:
    return house.http(Role.INSPECTOR, department=department)


def an_approval(house: House, *departments: str, rule: ClaimRule = ClaimRule.ACKNOWLEDGE) -> ApprovalIssued:
    return ApprovalIssued(
        license_id=uuid4(),
        license_no="JY370302-0001",
        case_id=uuid4(),
        item_id=uuid4(),
        item_code="370302-FOOD-01",
        item_name="食品经营许可",
        departments=departments or ("fire",),
        claim_rule=rule,
        holder_name="深圳市腾讯计算机系统有限公司",
        holder_uscc="9144030071526726XG",
        issued_at=house.clock.legal(),
    )


def the_end(issued: ApprovalIssued) -> list[Event]:
    struck = LicensePenaltyRevoked(
        license_id=issued.license_id, departments=issued.departments, penalty_id=uuid4(), revoked_at=issued.issued_at
    )
    gone = LicenseDeregistered(
        license_id=issued.license_id,
        departments=issued.departments,
        ground="被依法吊销",
        deregistered_at=issued.issued_at,
    )
    return [struck, gone]


async def the_entry(house: House, department: str = "fire") -> dict[str, object]:
    entries = (await inspector(house, department).get("/ledger")).json()["items"]
    assert len(entries) == 1
    entry: dict[str, object] = entries[0]
    return entry


async def said_of(house: House, kind: str) -> list[dict[str, object]]:
    return [said.data for said in await house.said() if said.type == f"cn.shenguan.supervision.{kind}.v1"]


async def test_a_licence_is_in_the_ledger_of_each_of_its_departments(house: House) -> None:
    issued = an_approval(house, "fire", "market")

    await house.hear(issued, source="approval")

    for department in ("fire", "market"):
        entry = await the_entry(house, department)
        assert entry["license_id"] == str(issued.license_id)
        assert (entry["department"], entry["state"], entry["license_state"]) == (department, "watching", "valid")
        assert (entry["license_no"], entry["holder_uscc"]) == (issued.license_no, issued.holder_uscc)
        assert entry["claimed_at"] is None
    assert [said["department"] for said in await said_of(house, "SupervisionAssigned")] == ["fire", "market"]


async def test_a_department_claims_what_was_pushed_to_it(house: House) -> None:
    await house.hear(an_approval(house), source="approval")
    entry = await the_entry(house)

    claimed = await inspector(house).post(f"/ledger/{entry['id']}/claim", headers={"If-Match": '"1"'})

    assert (claimed.status_code, claimed.headers["ETag"]) == (200, '"2"')
    assert claimed.json()["claimed_at"] is not None
    assert [said["department"] for said in await said_of(house, "ApprovalClaimed")] == ["fire"]


async def test_an_approval_is_claimed_once(house: House) -> None:
    await house.hear(an_approval(house), source="approval")
    claim = f"/ledger/{(await the_entry(house))['id']}/claim"
    await inspector(house).post(claim)

    again = await house.http(Role.LIAISON_OFFICER, department="fire").post(claim)

    assert (again.status_code, again.json()["code"]) == (409, "already_claimed")
    assert len(await said_of(house, "ApprovalClaimed")) == 1


async def test_where_the_push_is_the_claim_nobody_claims(house: House) -> None:
    await house.hear(an_approval(house, rule=ClaimRule.PUSH_IS_CLAIM), source="approval")
    entry = await the_entry(house)

    refused = await inspector(house).post(f"/ledger/{entry['id']}/claim")

    assert entry["claimed_at"] == entry["assigned_at"]
    assert refused.json()["code"] == "already_claimed"


async def test_the_ledger_shows_the_penalty_and_closes_with_the_deregistration(house: House) -> None:
    issued = an_approval(house, "fire", "market")
    struck, gone = the_end(issued)
    await house.hear(issued, source="approval")

    await house.hear(struck, source="approval")
    after_penalty = await the_entry(house)
    await house.hear(gone, source="approval")
    after_all = await the_entry(house, "market")

    assert (after_penalty["state"], after_penalty["license_state"]) == ("watching", "penalty_revoked")
    assert (after_all["state"], after_all["license_state"]) == ("ended", "deregistered")
    assert {said["department"] for said in await said_of(house, "SupervisionEnded")} == {"fire", "market"}


async def test_what_has_ended_cannot_be_claimed(house: House) -> None:
    issued = an_approval(house)
    await house.hear(issued, *the_end(issued), source="approval")

    refused = await inspector(house).post(f"/ledger/{(await the_entry(house))['id']}/claim")

    assert (refused.status_code, refused.json()["code"]) == (409, "watch_over")


async def test_streams_may_come_in_any_order_and_every_event_twice(house: House) -> None:
    for order in permutations(range(3)):
        issued = an_approval(house)
        filed = PenaltyFiled(
            penalty_file_id=uuid4(),
            penalty_id=uuid4(),
            license_id=issued.license_id,
            department="fire",
            document_no="川消罚〔2026〕7号",
            filed_at=house.clock.legal(),
        )
        life = [house.record(event, "approval") for event in (issued, *the_end(issued))]
        parts = [[house.record(filed, "approval")], [life[0], life[0], life[1]], [life[1], life[2], life[2]]]

        await house.bus.publish([record for part in order for record in parts[part]])
        await house.settle()

        # a stream that came before its beginning waits until the rest is sent again
        await house.bus.publish(life)
        await house.settle()
    entries = (await inspector(house).get("/ledger")).json()["items"]
    assert [(entry["state"], entry["license_state"], entry["version"]) for entry in entries] == [
        ("ended", "deregistered", 2)
    ] * 6
    assert len(await house.said()) == 12


async def test_another_departments_entry_is_not_there(house: House) -> None:
    await house.hear(an_approval(house, "fire"), source="approval")
    entry = await the_entry(house)
    stranger = inspector(house, "market")

    assert (await stranger.get(f"/ledger/{entry['id']}")).status_code == 404
    assert (await stranger.post(f"/ledger/{entry['id']}/claim")).status_code == 404
    assert (await stranger.get("/ledger")).json() == {"items": [], "next": None}
    assert (await inspector(house).get(f"/ledger/{entry['id']}")).json() == entry


async def test_the_bureau_and_the_overseer_see_every_ledger(house: House) -> None:
    await house.hear(an_approval(house, "fire", "market"), source="approval")

    for role in (Role.APPROVER, Role.OVERSEER):
        entries = (await house.http(role, department="bureau").get("/ledger")).json()["items"]
        assert {entry["department"] for entry in entries} == {"fire", "market"}


async def test_the_bureau_does_not_claim_for_a_department(house: House) -> None:
    await house.hear(an_approval(house), source="approval")
    claim = f"/ledger/{(await the_entry(house))['id']}/claim"

    assert (await house.http(Role.APPROVER, department="bureau").post(claim)).status_code == 403
    assert (await house.http(Role.INSPECTOR, department="bureau").post(claim)).status_code == 404


async def test_the_ledger_is_filtered_and_read_page_by_page(house: House) -> None:
    for number in range(5):
        house.clock.forward(timedelta(seconds=1))
        rule = ClaimRule.PUSH_IS_CLAIM if number % 2 else ClaimRule.ACKNOWLEDGE
        await house.hear(an_approval(house, rule=rule), source="approval")

    first = (await inspector(house).get("/ledger", params={"claimed": False, "limit": 2})).json()
    second = (await inspector(house).get("/ledger", params={"claimed": False, "after": first["next"]})).json()

    assert (len(first["items"]), len(second["items"]), second["next"]) == (2, 1, None)
    assert (await inspector(house).get("/ledger", params={"state": "ended"})).json()["items"] == []


async def test_a_wrong_filter_is_refused(house: House) -> None:
    for query in ("state=gone", "claimed=perhaps", "limit=0", "limit=1000000000"):
        assert (await inspector(house).get(f"/ledger?{query}")).status_code == 422, query


async def test_an_entry_that_was_never_there_is_not_found(house: House) -> None:
    assert (await inspector(house).get(f"/ledger/{UUID(int=0)}")).status_code == 404
    assert (await inspector(house).get("/ledger/1")).status_code == 422
