"""Who brings a case in: sealed, masked, found by number, read out on record. All numbers are invented."""

from __future__ import annotations

from typing import Any

import pytest

MOBILE = "13900001234"
AGENT = {"name": "示例乙", "mobile": MOBILE, "resident_id": "370302188808080008"}
MASKED = {"agent_name": "示**", "agent_mobile": "139****1234", "agent_resident_id": "370302********0008"}


@pytest.fixture
async def listed(bureau: Any) -> Any:
    """The bureau with one item on its list."""
    await bureau.register("fire")
    await bureau.publish()
    return bureau


async def test_the_agent_is_masked_in_every_answer_and_found_by_number(listed: Any) -> None:
    made = await listed.submit(agent=AGENT)

    shown = await listed.clerk.get(f"/cases/{made['id']}")
    found = await listed.clerk.get("/cases-by-number", headers={"Find-Mobile": MOBILE})
    (entry,) = (await listed.clerk.get("/cases")).json()["items"]

    assert MASKED.items() <= made.items()
    assert shown.json() == made
    assert found.json() == {"items": [made]}
    assert not MASKED.keys() & entry.keys()


async def test_a_case_needs_no_agent(listed: Any) -> None:
    made = await listed.submit()

    assert {made[name] for name in MASKED} == {None}


async def test_the_agents_number_is_read_out_for_a_purpose(listed: Any) -> None:
    made = await listed.submit(agent=AGENT)
    ask = {"field": "agent_mobile", "purpose": "通知补正材料"}

    told = await listed.clerk.post(f"/cases/{made['id']}/unmask", json=ask)
    refused = await listed.liaison("fire").post(f"/cases/{made['id']}/unmask", json=ask)

    assert told.json()["value"] == MOBILE
    assert refused.status_code == 403


async def test_a_number_in_a_free_text_is_refused_and_told_where(listed: Any) -> None:
    applicant = {"name": f"示例公司 {MOBILE}", "uscc": "91110000802100433B"}
    body = {"item_code": "370131011000", "channel": "hall", "applicant": applicant}

    refused = await listed.clerk.post("/cases", json=body)

    (error,) = refused.json()["errors"]
    assert (refused.status_code, error["field"], error["code"]) == (422, "applicant.name", "personal_number_in_text")
    assert MOBILE not in refused.text
