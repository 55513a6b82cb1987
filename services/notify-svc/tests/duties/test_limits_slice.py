"""What 及时 means is set by the operator, within lawful bounds; who was born under an edition keeps it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from notify_svc.app import service
from shenguan_chassis.testing.house import House, OpenHouse
from shenguan_contracts.supervision import PenaltyLicenseRevoked
from shenguan_kernel.roles import Role

SET = {"days": 3, "basis": "区审管衔接联席会议纪要第3号"}


def revoked(house: House, number: int) -> PenaltyLicenseRevoked:
    now = house.clock.legal()
    return PenaltyLicenseRevoked(
        penalty_id=UUID(int=number),
        department="fire",
        license_id=UUID(int=100 + number),
        document_no="淄川消罚〔2026〕1号",
        legal_basis="消防法第五十八条",
        reason="擅自停用消防设施",
        decided_on=now.date(),
        informed_at=now,
    )


async def set_limit(house: House, duty: str, **changes: Any) -> Any:
    return await house.http(Role.SYSTEM_ADMINISTRATOR).post(f"/duties/{duty}/limit", json={**SET, **changes})


async def test_obligations_keep_the_edition_they_were_born_under(open_house: OpenHouse) -> None:
    house = await open_house(service)
    overseer = house.http(Role.OVERSEER)
    await house.hear(revoked(house, 1), source="supervision")

    answer = await set_limit(house, "file_penalty")
    await house.hear(revoked(house, 2), source="supervision")

    rows = (await overseer.get("/obligations", params={"duty": "file_penalty"})).json()["items"]
    told = [(await overseer.get(f"/obligations/{row['id']}/explanation")).json() for row in rows]
    counted = sorted((one["edition"], sum(day["counted"] for day in one["explanation"])) for one in told)
    assert answer.status_code == 200, answer.text
    assert counted == [(0, 1), (1, 3)]


async def test_the_table_shows_what_is_in_force(open_house: OpenHouse) -> None:
    house = await open_house(service)
    await set_limit(house, "file_penalty")

    row = next(row for row in (await house.stranger().get("/duties")).json() if row["duty"] == "file_penalty")

    assert (row["limit"], row["edition"]) == ("及时：现定3个工作日（可设1至7个工作日）", 1)


@pytest.mark.parametrize(
    ("duty", "days", "code"),
    [
        ("file_penalty", 8, "limit_out_of_bounds"),
        ("forward_document", 2, "limit_fixed_by_law"),
        ("decide_by_law", 2, "limit_fixed_by_law"),
        ("no_such_duty", 2, "invalid_request"),
        ("file_penalty", 0, "invalid_request"),
    ],
)
async def test_what_the_law_does_not_leave_open_cannot_be_set(
    open_house: OpenHouse, duty: str, days: int, code: str
) -> None:
    house = await open_house(service)

    assert (await set_limit(house, duty, days=days)).json()["code"] == code
