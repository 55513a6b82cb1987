"""A secret address shows calendar programs what one office owes: told once, kept as a digest, closed for good."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from icalendar import Calendar

from notify_svc.agendas.rules import MOST_OPEN
from notify_svc.app import service
from shenguan_chassis.testing.house import House, OpenHouse
from shenguan_contracts.documents import PolicyDocReceived
from shenguan_kernel.roles import Role


@pytest.fixture
async def house(open_house: OpenHouse) -> House:
    return await open_house(service)


async def owes(house: House, department: str, number: int) -> None:
    now = house.clock.legal()
    document = PolicyDocReceived(
        policy_document_id=UUID(int=number),
        department=department,
        title="关于调整审批事项的通知",
        superior="省消防救援总队",
        recipients=("bureau",),
        received_at=now,
        registered_at=now,
    )
    await house.hear(document, source="supervision")


async def opened(house: House, department: str = "fire", **how: Any) -> dict[str, Any]:
    client = house.http(Role.LIAISON_OFFICER, department=department)
    answer = await client.post("/agendas", json={"department": department}, **how)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def path_of(house: House, made: dict[str, Any]) -> str:
    return str(made["address"]).removeprefix(house.runtime.service.prefix)


async def test_whoever_knows_the_address_reads_that_office_s_ends_and_no_other_s_without_a_token(house: House) -> None:
    await owes(house, "fire", 1)
    await owes(house, "housing", 2)
    made = await opened(house)

    read = await house.stranger().get(path_of(house, made))

    (entry,) = Calendar.from_ical(read.text).walk("VEVENT")
    assert (read.status_code, read.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert f"policy-document/{UUID(int=1)}" in str(entry["DESCRIPTION"])
    assert read.headers["cache-control"].startswith("private")


async def test_the_address_is_told_once_and_kept_nowhere_in_clear(house: House) -> None:
    first = await opened(house, headers={"Idempotency-Key": "k1"})
    again = await opened(house, headers={"Idempotency-Key": "k1"})

    secret = str(first["address"]).split("/")[-2]
    rows = [*await house.journal(), *await house.runtime.pool.fetch("SELECT * FROM agendas")]
    kept = b"".join(part if isinstance(part, bytes) else str(part).encode() for row in rows for part in row)
    listed = await house.http(Role.LIAISON_OFFICER, department="fire").get("/agendas")

    assert (again["id"], again["address"]) == (first["id"], None)
    assert secret.encode() not in kept
    assert secret not in listed.text
    assert [each["id"] for each in listed.json()["items"]] == [first["id"]]


async def test_a_closed_address_leads_nowhere(house: House) -> None:
    made = await opened(house)
    client = house.http(Role.LIAISON_OFFICER, department="fire")

    closed = await client.post(f"/agendas/{made['id']}/close")
    again = await client.post(f"/agendas/{made['id']}/close")
    read = await house.stranger().get(path_of(house, made))

    assert (closed.status_code, closed.json()["state"]) == (200, "closed")
    assert (again.status_code, again.json()["code"]) == (409, "agenda_over")
    assert read.status_code == 404


async def test_an_address_nobody_opened_is_not_found_and_a_malformed_one_refused(house: House) -> None:
    guessed = await house.stranger().get(f"/agendas/{'A' * 43}/calendar.ics")
    malformed = await house.stranger().get("/agendas/short/calendar.ics")

    assert (guessed.status_code, malformed.status_code) == (404, 422)


async def test_another_office_neither_opens_nor_sees_nor_closes_it(house: House) -> None:
    made = await opened(house)
    stranger = house.http(Role.LIAISON_OFFICER, department="housing")

    opens = await stranger.post("/agendas", json={"department": "fire"})
    sees = await stranger.get(f"/agendas/{made['id']}")
    closes = await stranger.post(f"/agendas/{made['id']}/close")

    assert (opens.status_code, sees.status_code, closes.status_code) == (403, 404, 404)


async def test_an_office_has_so_many_addresses_and_no_more(house: House) -> None:
    for _ in range(MOST_OPEN):
        await opened(house)

    answer = await house.http(Role.LIAISON_OFFICER, department="fire").post("/agendas", json={"department": "fire"})

    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_agendas")
