"""What does every door promise, whatever lies behind it?"""

from __future__ import annotations

import pytest

from shenguan_chassis.testing.house import House, OpenHouse
from shenguan_chassis.testing.postgres import Databases
from shenguan_kernel.roles import Role
from supervision_svc.app import service

FIRE = {"department": "fire", "name": "示例消防", "kind": "department"}


@pytest.fixture
async def house(open_house: OpenHouse) -> House:
    return await open_house(service)


async def test_a_created_thing_has_its_place_and_its_version(house: House) -> None:
    answer = await house.http(Role.SYSTEM_ADMINISTRATOR, department="bureau").post("/departments", json=FIRE)

    assert answer.status_code == 201
    assert answer.headers["location"].startswith("/supervision/v1/departments/")
    assert answer.headers["etag"] == '"1"'


async def test_malformed_json_is_told_apart_from_wrong_content(house: House) -> None:
    client = house.http(Role.SYSTEM_ADMINISTRATOR, department="bureau")

    broken = await client.post("/departments", content=b"{", headers={"Content-Type": "application/json"})
    wrong = await client.post("/departments", json={**FIRE, "colour": "red", "name": 3})

    assert (broken.status_code, broken.json()["code"]) == (400, "malformed_json")
    assert wrong.status_code == 422
    assert {error["field"] for error in wrong.json()["errors"]} == {"name", "colour"}
    assert all(error["next_step"] and error["rule"] for error in wrong.json()["errors"])


@pytest.mark.parametrize("header", ["", "Basic dXNlcg==", "Bearer ", "Bearer not.a.token"])
async def test_without_a_good_token_nothing_is_told_and_nothing_is_written(house: House, header: str) -> None:
    answer = await house.stranger().post("/departments", json=FIRE, headers={"Authorization": header})

    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert (await house.said(), await house.journal()) == ([], [])


async def test_a_refused_caller_leaves_a_journal_row_and_nothing_else(house: House) -> None:
    answer = await house.http(Role.INSPECTOR, department="fire").post("/departments", json=FIRE)

    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    assert await house.said() == []
    assert [(row["command"], row["code"]) for row in await house.journal()] == [("register_department", "not_allowed")]


async def test_unknown_paths_and_methods_answer_with_a_problem_document(house: House) -> None:
    client = house.http(Role.OVERSEER)

    nowhere, wrong = await client.get("/no-such-thing"), await client.delete("/departments")

    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "no_such_path")
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method_not_allowed")
    assert nowhere.headers["content-type"] == "application/problem+json"


async def test_a_trace_goes_from_the_caller_into_the_event(house: House) -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    parent = {"traceparent": f"00-{trace}-b7ad6b7169203331-01"}

    await house.http(Role.SYSTEM_ADMINISTRATOR, department="bureau").post("/departments", json=FIRE, headers=parent)

    (event,) = await house.said()
    assert event.traceparent is not None
    assert trace in event.traceparent


async def test_the_service_says_whether_it_lives_and_whether_it_can_work(house: House) -> None:
    client = house.stranger()

    alive, ready = await client.get("/healthz"), await client.get("/readyz")

    assert alive.json() == {"status": "alive"}
    assert (ready.status_code, set(ready.json().values())) == (200, {"ok"})


async def test_its_measures_name_commands_and_outcomes(house: House) -> None:
    await house.http(Role.SYSTEM_ADMINISTRATOR, department="bureau").post("/departments", json=FIRE)

    measured = (await house.stranger().get("/metrics")).text

    assert 'shenguan_commands_total{command="register_department",outcome="done"}' in measured


async def test_the_api_reference_needs_no_internet(house: House) -> None:
    page = (await house.stranger().get("/docs")).text

    assert "https://" not in page.replace("https://fastapi.tiangolo.com/img/favicon.png", "")


async def test_while_the_database_is_away_a_caller_is_asked_to_come_again_and_then_finds_one_effect(
    house: House, databases: Databases
) -> None:
    client = house.http(Role.SYSTEM_ADMINISTRATOR, department="bureau")
    name, key = await house.runtime.pool.fetchval("SELECT current_database()"), {"Idempotency-Key": "k"}

    await databases.templates.run(f'ALTER DATABASE "{name}" CONNECTION LIMIT 0')
    await databases.templates.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    away = await client.post("/departments", json=FIRE, headers=key)
    await databases.templates.run(f'ALTER DATABASE "{name}" CONNECTION LIMIT -1')
    back = await client.post("/departments", json=FIRE, headers=key)

    assert (away.status_code, away.json()["code"], away.headers["retry-after"]) == (503, "unavailable", "1")
    assert back.status_code == 201
    assert len(await house.said()) == 1
