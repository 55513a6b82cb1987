"""Contacts at their doors: entered, masked, changed, read out on record, erased; never on the bus nor in clear."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx
import pytest

from notify_svc.app import service
from shenguan_chassis.testing.house import House, OpenHouse
from shenguan_contracts.types import Post
from shenguan_kernel.roles import Role

from ..obligations.said_by_others import designated, registered

EMAIL, KEY = "liaison.chen@example.gov.cn", "12345678-aaaa-bbbb-cccc-1234567890ab"
HOOK = "https://127.0.0.1:8443/hooks/private-part"
REACH = {"email": EMAIL, "wecom": KEY, "webhook": HOOK, "sms": True}
MASKED = {"email": "l***@example.gov.cn", "wecom": "****90ab", "webhook": "https://127.0.0.1:8443/****"}


@pytest.fixture
async def house(open_house: OpenHouse, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setenv("SHENGUAN_WEBHOOK_NETWORKS", "127.0.0.0/8")
    return await open_house(service)


def lead(house: House, department: str = "fire") -> httpx.AsyncClient:
    return house.http(Role.LIAISON_LEAD, department=department)


async def person(house: House, mobile: str = "13900001234") -> str:
    body = {"department": "fire", "name": "示例", "title": "科员", "mobile": mobile}
    made = await lead(house).post("/people", json=body)
    assert made.status_code == 201, made.text
    found: str = made.json()["id"]
    return found


async def reached(house: House, **changes: Any) -> Any:
    made = await lead(house).post("/contacts", json={"person_id": await person(house), **REACH} | changes)
    assert made.status_code == 201, made.text
    return made.json()


async def test_what_leads_to_an_officer_is_shown_masked_and_listed_by_kind_only(house: House) -> None:
    made = await reached(house)

    shown = (await lead(house).get(f"/contacts/{made['id']}")).json()
    (listed,) = (await lead(house).get("/contacts")).json()["items"]

    assert MASKED.items() <= shown.items()
    assert set(shown["channels"]) == {"email", "wecom", "webhook", "sms"}
    assert (shown["quiet_from"], shown["quiet_to"], shown["digest_at"]) == ("22:00", "06:00", None)
    assert listed["channels"] == shown["channels"]
    assert not MASKED.keys() & listed.keys()


async def test_nothing_that_leads_there_is_on_the_bus_in_the_journal_or_in_clear(house: House) -> None:
    made = await reached(house)
    await lead(house).post(f"/contacts/{made['id']}/unmask", json={"field": "email", "purpose": "核对联系方式"})
    await house.settle()

    said = b"".join([row["body"] for row in await house.runtime.pool.fetch("SELECT body FROM event")])
    rows = str(await house.runtime.pool.fetch("SELECT * FROM contacts")) + str(await house.journal())

    for clear in (EMAIL, KEY, "private-part"):
        assert clear.encode() not in said
        assert clear not in rows
    assert '"channels":["email","wecom","webhook","sms"]' in said.decode()


async def test_it_is_read_out_for_a_purpose_and_on_record(house: House) -> None:
    made = await reached(house)

    ask = {"field": "email", "purpose": "核对联系方式"}
    told = await lead(house).post(f"/contacts/{made['id']}/unmask", json=ask)

    assert told.json()["value"] == EMAIL
    assert told.headers["cache-control"] == "no-store"
    assert any("核对联系方式".encode() in (row["answer"] or b"") for row in await house.journal())


async def test_a_change_names_what_it_changes_and_replaces_it_whole(house: House) -> None:
    made = await reached(house)
    path, body = f"/contacts/{made['id']}/change", {"email": "other@example.gov.cn", "digest_at": "08:30"}

    stale = await lead(house).post(path, json=body, headers={"If-Match": '"9"'})
    changed = await lead(house).post(path, json=body, headers={"If-Match": '"1"'})
    same = await lead(house).post(path, json=body, headers={"If-Match": '"2"'})

    assert stale.status_code == 412
    assert changed.json()["channels"] == ["email"]
    assert (changed.json()["digest_at"], changed.json()["version"]) == ("08:30", 2)
    assert same.json()["code"] == "nothing_changed"


async def test_what_is_withdrawn_is_erased_and_may_be_entered_anew(house: House) -> None:
    made = await reached(house)

    gone = await lead(house).post(f"/contacts/{made['id']}/withdraw")
    again = await lead(house).post(f"/contacts/{made['id']}/withdraw")
    kept = await house.runtime.pool.fetchrow("SELECT email, wecom, webhook, sms, state FROM contacts")
    back = await lead(house).post(f"/contacts/{made['id']}/change", json={"email": EMAIL})

    assert (gone.json()["state"], gone.json()["channels"]) == ("withdrawn", [])
    assert tuple(kept) == (None, None, None, False, "withdrawn")
    assert again.json()["code"] == "contact_is_withdrawn"
    assert back.json()["state"] == "registered"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "no_channel"),
        ({"webhook": "https://169.254.169.254/latest"}, "channel_address_refused"),
        ({"webhook": "https://10.1.2.3/hook"}, "channel_address_refused"),
        ({"webhook": "https://nobody.invalid/hook"}, "channel_address_unresolved"),
        ({"email": "not an address"}, "invalid_request"),
        ({"quiet_from": "25:00", "email": EMAIL}, "invalid_request"),
    ],
)
async def test_what_leads_nowhere_or_inside_is_refused(house: House, body: dict[str, str], code: str) -> None:
    answer = await lead(house).post("/contacts", json={"person_id": await person(house)} | body)

    assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text


async def test_a_person_has_one_contact_and_it_is_the_departments_own(house: House) -> None:
    made = await reached(house)

    twice = await lead(house).post("/contacts", json={"person_id": made["id"], **REACH})
    foreign = await lead(house, "health").get(f"/contacts/{made['id']}")
    strange = await lead(house, "health").post("/contacts", json={"person_id": made["id"], **REACH})
    clerk = await house.http(Role.WINDOW_CLERK, department="bureau").post("/contacts", json={"person_id": made["id"]})

    assert twice.json()["code"] == "contact_known"
    assert (foreign.status_code, strange.status_code, clerk.status_code) == (404, 404, 403)


async def test_posts_that_nobody_can_be_reached_in_are_listed(house: House) -> None:
    made, now = await reached(house), house.clock.legal()
    held = designated(now, "fire", Post.LIAISON_OFFICER, 7).model_copy(update={"person_id": UUID(made["id"])})
    unreached = designated(now, "fire", Post.LIAISON_LEAD, 8)
    await house.hear(registered(now, "fire"), held, unreached, source="supervision")

    found = (await lead(house).get("/posts-unreached")).json()

    assert [(one["post"], one["person_id"]) for one in found] == [
        ("liaison_lead", str(unreached.person_id)),
        ("principal_head", None),
    ]
