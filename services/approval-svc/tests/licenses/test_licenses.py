"""许可证 and 吊销备案 at their doors: what a penalty does to the register, and what must follow (R27, ALL art. 70)."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from shenguan_contracts.supervision import PenaltyLicenseRevoked


def a_penalty(license_id: str, number: int = 1) -> PenaltyLicenseRevoked:
    return PenaltyLicenseRevoked(
        penalty_id=UUID(int=number),
        department="fire",
        license_id=UUID(license_id),
        document_no=f"淄川消罚字〔2026〕{number}号",
        legal_basis="中华人民共和国消防法第五十八条",
        reason="擅自停用消防设施，拒不改正",
        decided_on=date(2026, 2, 27),
        informed_at=datetime(2026, 2, 28, 1, tzinfo=UTC),
    )


@pytest.fixture
async def held(bureau: Any) -> dict[str, Any]:
    """A licence in force."""
    shown: dict[str, Any] = await bureau.granted_license()
    return shown


async def test_the_register_is_searched_by_case_and_by_holder(bureau: Any, held: dict[str, Any]) -> None:
    by_case = await bureau.read(f"/licenses?case_id={held['case_id']}")
    by_holder = await bureau.read(f"/licenses?holder_uscc={held['holder_uscc']}")
    by_nobody = await bureau.read("/licenses?holder_uscc=914403001922038216")

    assert by_case["items"] == by_holder["items"] == [held]
    assert by_nobody["items"] == []


async def test_a_wrong_credit_code_is_not_searched_for(bureau: Any) -> None:
    answer = await bureau.reviewer.get("/licenses", params={"holder_uscc": "914403001922038217"})

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "uscc_check_digit")


async def test_a_department_reads_only_the_licenses_it_watches(bureau: Any, held: dict[str, Any]) -> None:
    assert (await bureau.liaison("fire").get(f"/licenses/{held['id']}")).status_code == 200
    assert (await bureau.liaison("fire").get("/licenses")).json()["items"] == [held]
    assert (await bureau.liaison("health").get(f"/licenses/{held['id']}")).status_code == 404
    assert (await bureau.liaison("health").get("/licenses")).json()["items"] == []


async def test_a_departments_penalty_is_filed_and_strikes_the_license(bureau: Any, held: dict[str, Any]) -> None:
    await bureau.house.hear(a_penalty(held["id"]), source="supervision")

    shown = await bureau.read(f"/licenses/{held['id']}")
    (filed,) = (await bureau.read(f"/penalty-files?license_id={held['id']}"))["items"]
    assert (shown["state"], shown["penalty_id"]) == ("penalty_revoked", filed["penalty_id"])
    assert (filed["document_no"], filed["struck"]) == ("淄川消罚字〔2026〕1号", True)
    assert sorted((await bureau.said())[-2:]) == ["LicensePenaltyRevoked", "PenaltyFiled"]


async def test_a_second_penalty_is_filed_too_but_strikes_nothing_more(bureau: Any, held: dict[str, Any]) -> None:
    await bureau.house.hear(a_penalty(held["id"], 1), a_penalty(held["id"], 2), source="supervision")

    files = (await bureau.read("/penalty-files"))["items"]
    assert sorted(filed["struck"] for filed in files) == [False, True]
    assert (await bureau.said()).count("LicensePenaltyRevoked") == 1


async def test_a_penalty_on_an_unknown_license_is_filed_all_the_same(bureau: Any, unknown: UUID) -> None:
    await bureau.house.hear(a_penalty(str(unknown)), source="supervision")

    (filed,) = (await bureau.read("/penalty-files"))["items"]
    assert (filed["license_id"], filed["struck"]) == (str(unknown), False)
    assert await bureau.said() == ["PenaltyFiled"]


async def test_a_penalty_told_twice_is_filed_once(bureau: Any, held: dict[str, Any]) -> None:
    told = bureau.house.record(a_penalty(held["id"]), "supervision")

    await bureau.house.bus.publish([told, told])
    await bureau.house.settle()

    assert await bureau.count("penalty_files") == 1


async def test_a_file_is_read_by_the_department_that_imposed_the_penalty(bureau: Any, held: dict[str, Any]) -> None:
    await bureau.house.hear(a_penalty(held["id"]), source="supervision")
    (filed,) = (await bureau.read("/penalty-files"))["items"]

    assert (await bureau.liaison("fire").get(f"/penalty-files/{filed['id']}")).json() == filed
    assert (await bureau.liaison("health").get(f"/penalty-files/{filed['id']}")).status_code == 404
    assert (await bureau.liaison("health").get("/penalty-files")).json()["items"] == []


async def test_a_struck_license_is_deregistered_by_the_bureau(bureau: Any, held: dict[str, Any]) -> None:
    await bureau.house.hear(a_penalty(held["id"]), source="supervision")

    answer = await bureau.approver.post(f"/licenses/{held['id']}/deregister")

    assert (answer.json()["state"], answer.headers["ETag"]) == ("deregistered", '"3"')
    assert "第七十条第（四）项" in answer.json()["ground"]
    assert (await bureau.said())[-1] == "LicenseDeregistered"


async def test_a_license_in_force_is_not_deregistered(bureau: Any, held: dict[str, Any]) -> None:
    answer = await bureau.approver.post(f"/licenses/{held['id']}/deregister")

    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["rule"]) == (409, "still_in_force", "ALL 70")
    assert problem["next_step"]
    assert (await bureau.read(f"/licenses/{held['id']}"))["state"] == "valid"


async def test_a_department_deregisters_nothing(bureau: Any, held: dict[str, Any]) -> None:
    await bureau.house.hear(a_penalty(held["id"]), source="supervision")

    answer = await bureau.liaison("fire").post(f"/licenses/{held['id']}/deregister")

    assert answer.status_code == 403
