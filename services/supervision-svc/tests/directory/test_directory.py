"""The directory through its doors."""

import asyncio
from base64 import urlsafe_b64encode
from uuid import UUID

import httpx
import pytest

from shenguan_chassis.testing.house import House, OpenHouse
from shenguan_kernel.roles import Role
from supervision_svc.app import service

CHEN, LIU = str(UUID(int=1)), str(UUID(int=2))
FIRE = {"department": "fire", "name": "区消防救援大队", "kind": "department"}


@pytest.fixture
async def house(open_house: OpenHouse) -> House:
    return await open_house(service)


def the_administrator(house: House) -> httpx.AsyncClient:
    return house.http(Role.SYSTEM_ADMINISTRATOR, department="bureau")


def the_lead(house: House, department: str = "fire") -> httpx.AsyncClient:
    return house.http(Role.LIAISON_LEAD, department=department)


async def register(house: House, *codes: str) -> None:
    for code in codes:
        body = {
            **FIRE,
            "department": code,
            "kind": {"bureau": "bureau", "staffing-office": "overseer"}.get(code, "department"),
        }
        assert (await the_administrator(house).post("/departments", json=body)).status_code == 201


async def designate(client: httpx.AsyncClient, post: str, person: str, department: str = "fire") -> httpx.Response:
    return await client.post(f"/departments/{department}/posts/{post}/designate", json={"person_id": person})


async def test_a_registered_department_is_in_the_directory_and_said(house: House) -> None:
    answer = await the_administrator(house).post("/departments", json=FIRE)

    assert answer.status_code == 201
    assert answer.headers["Location"] == "/supervision/v1/departments/fire"
    assert answer.json()["vacant"] == ["liaison_lead", "liaison_officer"]
    shown = await the_lead(house).get("/departments/fire")
    assert shown.json() == answer.json()
    assert shown.headers["ETag"] == '"1"'
    assert [said.type for said in await house.said()] == ["cn.shenguan.supervision.DepartmentRegistered.v1"]


async def test_a_code_is_registered_once(house: House) -> None:
    await register(house, "fire")

    again = await the_administrator(house).post("/departments", json={**FIRE, "name": "另一部门"})

    assert (again.status_code, again.json()["code"]) == (409, "department_known")


async def test_only_the_system_administrator_registers(house: House) -> None:
    for role in (Role.LIAISON_LEAD, Role.INSPECTOR, Role.OVERSEER, Role.APPROVER):
        office = "bureau" if role is Role.APPROVER else "fire"
        refused = await house.http(role, department=office).post("/departments", json=FIRE)

        assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed"), role
    assert await house.said() == []


WRONG: list[tuple[dict[str, object], str]] = [
    ({"department": "Fire"}, "department"),
    ({"department": "f\u0000re"}, "department"),
    ({"name": " "}, "name"),
    ({"name": "消\u0000防"}, "name"),
    ({"name": None}, "name"),
    ({"kind": "ministry"}, "kind"),
    ({"status": "active"}, "status"),
]


async def test_a_wrong_registration_names_the_field_and_leaves_nothing(house: House) -> None:
    for wrong, field in WRONG:
        refused = await the_administrator(house).post("/departments", json={**FIRE, **wrong})

        assert refused.status_code == 422, wrong
        assert [error["field"] for error in refused.json()["errors"]] == [field], wrong
    assert await house.said() == []


async def test_a_department_names_its_own_liaisons(house: House) -> None:
    await register(house, "fire")

    answer = await designate(the_lead(house), "liaison_officer", CHEN)

    assert answer.status_code == 200
    assert (answer.json()["person_id"], answer.json()["version"]) == (CHEN, 1)
    shown = (await the_lead(house).get("/departments/fire")).json()
    assert [post["post"] for post in shown["posts"]] == ["liaison_officer"]
    assert shown["vacant"] == ["liaison_lead"]


async def test_a_post_has_one_holder_and_the_next_replaces_the_last(house: House) -> None:
    await register(house, "fire")
    await designate(the_lead(house), "liaison_officer", CHEN)

    await designate(the_lead(house), "liaison_officer", LIU)

    posts = (await the_lead(house).get("/departments/fire")).json()["posts"]
    assert [(post["post"], post["person_id"], post["version"]) for post in posts] == [("liaison_officer", LIU, 2)]
    designated = [said for said in await house.said() if said.type.endswith("OfficerDesignated.v1")]
    assert [(said.sequence, said.data["person_id"]) for said in designated] == [(1, CHEN), (2, LIU)]


async def test_one_person_does_not_hold_two_posts_of_a_department(house: House) -> None:
    await register(house, "fire")
    await designate(the_lead(house), "liaison_officer", CHEN)

    refused = await designate(the_lead(house), "liaison_lead", CHEN)

    assert (refused.status_code, refused.json()["code"]) == (409, "holds_other_post")


async def test_one_person_is_not_given_two_vacant_posts_at_once(house: House) -> None:
    """Each finds the other post vacant; only one may be right."""
    for code in ("fire", "health", "housing", "market"):
        await register(house, code)

        answers = await asyncio.gather(
            *(designate(the_administrator(house), post, CHEN, code) for post in ("liaison_lead", "liaison_officer"))
        )

        assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_the_administrator_designates_for_any_office(house: House) -> None:
    await register(house, "staffing-office")

    answer = await designate(the_administrator(house), "overseer", CHEN, "staffing-office")

    assert answer.json()["post"] == "overseer"


async def test_another_department_is_not_there(house: House) -> None:
    await register(house, "fire", "market")
    stranger = the_lead(house, "market")

    assert (await stranger.get("/departments/fire")).status_code == 404
    assert (await designate(stranger, "liaison_officer", CHEN)).status_code == 404
    assert (await designate(stranger, "liaison_officer", CHEN, "nowhere")).status_code == 404
    listed = (await stranger.get("/departments")).json()["items"]
    assert [department["department"] for department in listed] == ["market"]


async def test_the_overseer_finds_departments_without_both_liaisons(house: House) -> None:
    await register(house, "bureau", "fire", "market", "staffing-office")
    await designate(the_lead(house), "liaison_lead", CHEN)
    await designate(the_lead(house), "liaison_officer", LIU)
    await designate(the_lead(house, "market"), "liaison_lead", CHEN, "market")

    gaps = (await house.http(Role.OVERSEER, department="staffing-office").get("/liaison-gaps")).json()["items"]

    assert [(gap["department"], gap["vacant"]) for gap in gaps] == [("market", ["liaison_officer"])]


async def test_the_directory_is_read_page_by_page(house: House) -> None:
    await register(house, "a1", "b2", "c3", "d4", "e5")
    reader, seen, after = the_administrator(house), [], None

    while page := (await reader.get("/departments", params={"limit": 2, **({"after": after} if after else {})})).json():
        seen.append([department["department"] for department in page["items"]])
        after = page["next"]
        if after is None:
            break

    assert seen == [["a1", "b2"], ["c3", "d4"], ["e5"]]


async def test_a_cursor_that_no_page_gave_is_refused(house: House) -> None:
    for cursor in ("x", "{}", "[]", "[1]", '["a", "b"]', '["\\u0000"]'):
        forged = urlsafe_b64encode(cursor.encode()).decode().rstrip("=")
        refused = await the_administrator(house).get("/departments", params={"after": forged})

        assert (refused.status_code, refused.json()["code"]) == (422, "bad_cursor"), cursor


async def test_a_stranger_learns_nothing(house: House) -> None:
    await register(house, "fire")

    for path in ("/departments", "/departments/fire", "/liaison-gaps", "/ledger", "/penalties", "/documents"):
        assert (await house.stranger().get(path)).status_code == 401
