"""Who may subscribe to what, and where may he be called?"""

from __future__ import annotations

from typing import Any

import pytest

from notify_svc.app import service
from shenguan_chassis.testing.house import House, OpenHouse
from shenguan_kernel.roles import Role

GOOD: dict[str, Any] = {"department": "fire", "url": "https://8.8.8.8/hook"}


@pytest.fixture
async def house(open_house: OpenHouse) -> House:
    return await open_house(service)


async def ask(house: House, role: Role = Role.LIAISON_LEAD, department: str = "fire", **changes: Any) -> Any:
    return await house.http(role, department=department).post("/subscriptions", json=GOOD | changes)


async def test_the_secret_is_told_once_and_kept_nowhere_in_clear(house: House) -> None:
    client = house.bare(Role.LIAISON_LEAD, department="fire")
    answers = [await client.post("/subscriptions", json=GOOD, headers={"Idempotency-Key": "k1"}) for _ in range(2)]
    made = answers[0].json()
    secret = made["secret"]

    shown = await client.get(f"/subscriptions/{made['id']}")
    rows = [*await house.journal(), *await house.runtime.pool.fetch("SELECT * FROM subscriptions")]
    kept = b"".join(part if isinstance(part, bytes) else str(part).encode() for row in rows for part in row)

    assert secret.startswith("whsec_")
    assert answers[0].headers["cache-control"] == "no-store"
    assert (answers[1].json()["id"], answers[1].json()["secret"]) == (made["id"], None)
    assert secret[6:] not in shown.text
    assert secret[6:].encode() not in kept
    assert shown.json()["public_keys"][0].startswith("whpk_")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "https://169.254.169.254/",
        "https://localhost/",
        "http://8.8.8.8/",
        "https://[::ffff:10.0.0.1]/",
    ],
)
async def test_an_address_that_leads_inside_is_refused(house: House, url: str) -> None:
    answer = await ask(house, url=url)

    assert (answer.status_code, answer.json()["code"]) == (422, "web_address_refused")


async def test_a_name_that_nobody_knows_is_said_to_be_just_that(house: House) -> None:
    answer = await ask(house, url="https://nobody.invalid/hook")

    assert (answer.status_code, answer.json()["code"]) == (422, "web_address_unresolved")


async def test_no_test_event_is_promised_to_a_department_that_is_not_registered(house: House) -> None:
    made = (await ask(house)).json()

    answer = await house.http(Role.LIAISON_LEAD, department="fire").post(f"/subscriptions/{made['id']}/test")

    assert (answer.status_code, answer.json()["code"]) == (409, "no_feed_yet")


async def test_anothers_events_are_refused_and_anothers_subscription_is_not_there(house: House) -> None:
    made = (await ask(house)).json()

    named = await ask(house, departments=["health"])
    foreign = await ask(house, department="health")
    shown = await house.http(Role.LIAISON_LEAD, department="health").get(f"/subscriptions/{made['id']}")

    assert (named.status_code, named.json()["code"]) == (403, "anothers_events")
    assert foreign.status_code == 403
    assert shown.status_code == 404


async def test_an_event_that_nobody_says_cannot_be_subscribed_to(house: House) -> None:
    answer = await ask(house, types=["NoSuchEvent"])

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "unknown_event")


async def test_a_machine_does_not_open_a_way_out_for_itself(house: House) -> None:
    assert (await ask(house, Role.MACHINE_CLIENT)).status_code == 403


async def test_a_subscription_is_changed_paused_resumed_and_cancelled_for_good(house: House) -> None:
    made = (await ask(house)).json()
    client, path = house.http(Role.LIAISON_LEAD, department="fire"), f"/subscriptions/{made['id']}"

    changed = await client.post(f"{path}/change", json={"url": "https://8.8.4.4/", "types": ["ApprovalIssued"]})
    paused = await client.post(f"{path}/pause")
    idle = await client.post(f"{path}/test")
    resumed = await client.post(f"{path}/resume")
    cancelled = await client.post(f"{path}/cancel")
    over = await client.post(f"{path}/resume")

    states = [answer.json()["state"] for answer in (changed, paused, resumed, cancelled)]
    assert states == ["active", "paused", "active", "cancelled"]
    assert changed.json()["url"] == "https://8.8.4.4/"
    assert [answer.json()["code"] for answer in (idle, over)] == ["subscription_not_active", "subscription_over"]
