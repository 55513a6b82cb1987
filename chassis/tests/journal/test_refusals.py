"""What does a refusal leave? One row for a known caller, whatever refused it; 400 and 401 are counted, not written."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest

from shenguan_chassis.testing.house import House, OpenHouse
from shenguan_kernel.roles import Role
from supervision_svc.app import service

FIRE = {"department": "fire", "name": "示例消防", "kind": "department"}
SECRET = "张三的自由文本"


@pytest.fixture
async def house(open_house: OpenHouse) -> House:
    house = await open_house(service)
    made = await administrator(house).post("/departments", json=FIRE)
    assert made.status_code == 201
    await house.runtime.pool.execute("DELETE FROM journal")
    return house


def administrator(house: House) -> httpx.AsyncClient:
    return house.http(Role.SYSTEM_ADMINISTRATOR, department="bureau")


def auditor(house: House) -> httpx.AsyncClient:
    return house.http(Role.SECURITY_AUDITOR, department="bureau")


def inspector(house: House) -> httpx.AsyncClient:
    return house.http(Role.INSPECTOR, department="fire")


async def the_rows(house: House) -> list[tuple[Any, ...]]:
    return [(row["command"], row["status"], row["code"], row["subject"]) for row in await house.journal()]


ONE = uuid4()
PENALTY = {
    "license_id": str(ONE),
    "document_no": "示消罚字〔2026〕3号",
    "legal_basis": "示例法第六十条",
    "reason": SECRET,
    "decided_on": "2020-01-01",
}


async def test_a_role_that_may_not_give_the_command(house: House) -> None:
    assert (await inspector(house).post("/departments", json=FIRE)).status_code == 403

    assert await the_rows(house) == [("register_department", 403, "not_allowed", None)]


async def test_a_role_that_may_not_look(house: House) -> None:
    assert (await inspector(house).get("/journal/chain")).status_code == 403

    assert await the_rows(house) == [("GET /supervision/v1/journal/chain", 403, "not_allowed", None)]


async def test_a_command_about_what_is_not_there_names_it(house: House) -> None:
    assert (await inspector(house).post(f"/ledger/{ONE}/claim")).status_code == 404

    assert await the_rows(house) == [("claim_approval", 404, "not_found", f"watch/{ONE}")]


async def test_a_look_at_what_is_not_the_caller_s(house: House) -> None:
    assert (await inspector(house).get(f"/ledger/{ONE}")).status_code == 404

    assert await the_rows(house) == [("GET /supervision/v1/ledger/{watch}", 404, "not_found", None)]


async def test_a_form_with_faults_once_and_without_its_words(house: House) -> None:
    answer = await administrator(house).post("/departments", json={**FIRE, "kind": SECRET, SECRET: 1})

    rows = await house.journal()
    assert answer.status_code == 422
    assert await the_rows(house) == [("POST /supervision/v1/departments", 422, "invalid_request", None)]
    assert SECRET not in str(dict(rows[0]))
    assert rows[0]["answer"] == b""


async def test_a_part_of_a_path_that_is_no_id_is_not_written_down(house: House) -> None:
    assert (await inspector(house).get("/ledger/zhangsan")).status_code == 422

    assert await the_rows(house) == [("GET /supervision/v1/ledger/{watch}", 422, "invalid_request", None)]


async def test_a_query_with_faults(house: House) -> None:
    assert (await inspector(house).get("/ledger", params={"limit": "many"})).status_code == 422

    assert await the_rows(house) == [("GET /supervision/v1/ledger", 422, "invalid_request", None)]


async def test_what_the_law_refuses_and_what_was_there_already(house: House) -> None:
    assert (await administrator(house).post("/departments", json=FIRE)).status_code == 409

    [(command, status, _, _)] = await the_rows(house)
    assert (command, status) == ("register_department", 409)


async def test_a_key_that_was_used_for_something_else(house: House) -> None:
    key = {"Idempotency-Key": "once"}
    health = {**FIRE, "department": "health"}
    assert (await administrator(house).post("/departments", json=health, headers=key)).status_code == 201

    assert (await administrator(house).post("/departments", json=FIRE, headers=key)).status_code == 422

    assert [row[1:3] for row in await the_rows(house)] == [(201, None), (422, "key_reused")]


@pytest.mark.parametrize(("seen", "status", "code"), [(None, 428, "if_match_required"), ('"7"', 412, "stale_etag")])
async def test_a_change_without_the_version_or_with_an_old_one(
    house: House, seen: str | None, status: int, code: str
) -> None:
    path = "/departments/fire/posts/liaison_officer/designate"
    assert (await administrator(house).post(path, json={"person_id": str(uuid4())})).status_code == 200
    headers = {"Idempotency-Key": str(uuid4())} | ({} if seen is None else {"If-Match": seen})
    bare = house.bare(Role.SYSTEM_ADMINISTRATOR, department="bureau")

    answer = await bare.post(path, json={"person_id": str(uuid4())}, headers=headers)

    assert answer.status_code == status
    [_, (command, refused, said, subject)] = await the_rows(house)
    assert (command, refused, said) == ("designate_officer", status, code)
    assert subject is None or subject.startswith("post/")


async def test_a_header_that_is_malformed(house: House) -> None:
    answer = await administrator(house).post("/departments", json=FIRE, headers={"Idempotency-Key": "汉".encode()})

    assert answer.status_code == 422
    assert await the_rows(house) == [("POST /supervision/v1/departments", 422, "bad_header", None)]


async def test_400_and_401_and_what_nobody_known_asked_are_not_written(house: House) -> None:
    bare = house.bare(Role.SYSTEM_ADMINISTRATOR, department="bureau")
    answers = [
        await bare.post("/departments", json=FIRE),
        await administrator(house).post("/departments", content=b"{", headers={"Content-Type": "application/json"}),
        await house.stranger().get("/ledger"),
        await house.stranger().post("/departments", json=FIRE, headers={"Idempotency-Key": "k"}),
        await inspector(house).get("/nowhere"),
    ]

    assert [answer.status_code for answer in answers] == [400, 400, 401, 401, 404]
    assert await the_rows(house) == []


async def test_a_refusal_is_sealed_like_any_row(house: House) -> None:
    await inspector(house).get(f"/ledger/{ONE}")

    await house.sealed()

    assert (await auditor(house).get("/journal/chain")).json()["rows"] >= 1
