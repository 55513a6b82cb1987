"""What is wrong is told: the field, the rule, the next step; it leaves no row and no event (issue 3, bad input)."""

from typing import Any
from uuid import UUID

import pytest


@pytest.fixture
async def listed(bureau: Any) -> Any:
    """The bureau with one item on its list."""
    await bureau.register("fire")
    await bureau.publish()
    return bureau


async def nothing_happened(bureau: Any) -> bool:
    """True if no case and no attempt is there, and nothing was said since the item."""
    rows: int = await bureau.count("cases") + await bureau.count("attempts")
    said: list[str] = await bureau.said()
    return rows == 0 and said == ["ItemPublished"]


async def test_malformed_json_is_told_as_such(listed: Any) -> None:
    headers = {"Content-Type": "application/json"}

    answer = await listed.clerk.post("/cases", content=b'{"item_code": ', headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_json")
    assert answer.json()["next_step"]
    assert await nothing_happened(listed)


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"item_code": 7}, "item_code", "string_type"),
        ({"channel": "fax"}, "channel", "enum"),
        ({"received_at": "yesterday"}, "received_at", "datetime_parsing"),
        ({"received_at": "2026-02-14T10:00:00"}, "received_at", "timezone_aware"),
        ({"received_at": "1203-02-14T10:00:00Z"}, "received_at", "greater_than_equal"),
        ({"urgent": True}, "urgent", "extra_forbidden"),
        (
            {"applicant": {"name": "甲", "uscc": "91110000802100433B", "tel": "1"}},
            "applicant.tel",
            "extra_forbidden",
        ),
        ({"applicant": {"name": "甲", "uscc": "91110000802100433A"}}, "applicant.uscc", "uscc_check_digit"),
        ({"applicant": {"name": "甲", "uscc": "9111000080210O433B"}}, "applicant.uscc", "uscc_alphabet"),
        ({"applicant": {"name": "  ", "uscc": "91110000802100433B"}}, "applicant.name", "string_too_short"),
        ({"applicant": {"uscc": "91110000802100433B"}}, "applicant.name", "missing"),
        ({"applicant": None}, "applicant", "model_type"),
    ],
)
async def test_a_faulty_field_is_named_with_its_rule_and_next_step(
    listed: Any, an_application: dict[str, Any], change: dict[str, Any], field: str, code: str
) -> None:
    answer = await listed.clerk.post("/cases", json=an_application | change)

    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json")
    (fault,) = answer.json()["errors"]
    assert (fault["field"], fault["code"]) == (field, code)
    assert fault["rule"]
    assert fault["next_step"]
    assert await nothing_happened(listed)


async def test_every_fault_is_told_at_once(listed: Any, an_application: dict[str, Any]) -> None:
    faulty = an_application | {"channel": "fax", "applicant": {"name": "甲", "uscc": "1"}, "urgent": True}

    answer = await listed.clerk.post("/cases", json=faulty)

    assert {fault["field"] for fault in answer.json()["errors"]} == {"channel", "applicant.uscc", "urgent"}


async def test_a_faulty_number_is_not_repeated_to_the_caller(listed: Any, an_application: dict[str, Any]) -> None:
    faulty = an_application | {"applicant": {"name": "甲", "uscc": "370302188808080008"}}

    answer = await listed.clerk.post("/cases", json=faulty)

    assert "370302188808080008" not in answer.text


async def test_a_receipt_in_the_future_is_refused(listed: Any, an_application: dict[str, Any]) -> None:
    answer = await listed.clerk.post("/cases", json=an_application | {"received_at": "2999-01-01T00:00:00Z"})

    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["field"]) == (422, "received_in_future", "received_at")
    assert problem["next_step"]
    assert await nothing_happened(listed)


async def test_an_unlisted_item_is_refused_and_only_the_attempt_remains(
    listed: Any, an_application: dict[str, Any]
) -> None:
    answer = await listed.clerk.post("/cases", json=an_application | {"item_code": "NOT-LISTED"})

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (409, "item_not_listed")
    assert (problem["field"], problem["rule"]) == ("item_code", "R8")
    assert problem["next_step"]
    assert (await listed.count("cases"), await listed.count("attempts")) == (0, 1)
    assert await listed.said() == ["ItemPublished", "UnlistedPowerAttempted"]
    assert [attempt["item_code"] for attempt in (await listed.read("/attempts"))["items"]] == ["NOT-LISTED"]


async def test_attempts_are_not_a_departments_to_read(listed: Any) -> None:
    assert (await listed.liaison("fire").get("/attempts")).status_code == 403


async def test_a_case_that_is_not_under_review_is_not_granted(listed: Any) -> None:
    case = await listed.submit()

    answer = await listed.approver.post(f"/cases/{case['id']}/grant")

    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["rule"]) == (409, "not_under_review", "ALL 38")
    assert problem["facts"]["state"] == "submitted"
    assert problem["next_step"]
    assert await listed.said() == ["ItemPublished", "CaseSubmitted"]


async def test_a_case_is_not_accepted_twice(listed: Any) -> None:
    case = await listed.accept(await listed.submit())

    answer = await listed.reviewer.post(f"/cases/{case['id']}/accept")

    assert (answer.status_code, answer.json()["code"]) == (409, "already_accepted")
    assert (await listed.said()).count("CaseAccepted") == 1


async def test_a_case_nobody_submitted_is_not_there(listed: Any, unknown: UUID) -> None:
    answer = await listed.reviewer.post(f"/cases/{unknown}/accept")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_without_a_token_nothing_is_submitted(listed: Any, an_application: dict[str, Any]) -> None:
    answer = await listed.house.stranger().post("/cases", json=an_application)

    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.json()["next_step"]
    assert await nothing_happened(listed)


async def test_with_a_forged_token_nothing_is_submitted(listed: Any, an_application: dict[str, Any]) -> None:
    head, _, signature = listed.clerk.headers["Authorization"].rpartition(".")
    forged = f"{head}.{signature[::-1]}"

    answer = await listed.house.stranger().post("/cases", json=an_application, headers={"Authorization": forged})

    assert answer.status_code == 401
    assert await nothing_happened(listed)


async def test_who_may_not_is_refused_and_journalled(listed: Any, an_application: dict[str, Any]) -> None:
    answer = await listed.approver.post("/cases", json=an_application)

    refused = (await listed.house.journal())[-1]
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    assert (refused["command"], refused["status"], refused["code"]) == ("submit_case", 403, "not_allowed")
    assert await nothing_happened(listed)
