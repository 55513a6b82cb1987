"""办件 at its doors: in by the window, accepted by a reviewer or by silence, granted by another (R13, ALL art. 32)."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest

from shenguan_contracts.approval import ItemPublished
from shenguan_contracts.duties import Duty
from shenguan_contracts.notify import ObligationOpened, ObligationOverdue, ObligationRescheduled
from shenguan_kernel.roles import Role


@pytest.fixture
async def listed(bureau: Any) -> Any:
    """The bureau with one item on its list."""
    await bureau.register("fire", "health")
    await bureau.publish()
    return bureau


def opened(case: dict[str, Any], due_at: datetime, duty: Duty = Duty.EXAMINE_APPLICATION) -> ObligationOpened:
    return ObligationOpened(
        obligation_id=uuid5(UUID(case["id"]), duty),
        duty=duty,
        department="bureau",
        about=f"case/{case['id']}",
        since_at=datetime.fromisoformat(case["received_at"]),
        due_on=due_at.date(),
        due_at=due_at,
        provisional=False,
    )


def rescheduled(case: dict[str, Any], before: datetime, due_at: datetime) -> ObligationRescheduled:
    return ObligationRescheduled(
        obligation_id=uuid5(UUID(case["id"]), Duty.EXAMINE_APPLICATION),
        duty=Duty.EXAMINE_APPLICATION,
        department="bureau",
        about=f"case/{case['id']}",
        due_on_before=before.date(),
        due_on=due_at.date(),
        due_at=due_at,
        provisional=False,
        rescheduled_at=before,
    )


def overdue(case: dict[str, Any], at: datetime, duty: Duty = Duty.EXAMINE_APPLICATION) -> ObligationOverdue:
    return ObligationOverdue(
        obligation_id=uuid5(UUID(case["id"]), f"overdue {duty}"),
        duty=duty,
        department="bureau",
        about=f"case/{case['id']}",
        due_at=at,
        overdue_at=at,
    )


async def test_a_submitted_case_holds_the_standard_it_was_submitted_under(listed: Any, an_item: dict[str, Any]) -> None:
    case = await listed.submit()
    del an_item["item_code"]
    an_item["standard"]["promised_days"] = 5
    await listed.head.post(f"/items/{case['item_id']}/standards", json=an_item)

    accepted = await listed.accept(case)

    assert (accepted["standard_no"], accepted["promised_days"]) == (1, 10)
    assert (await listed.house.said())[-1].data["promised_days"] == 10


async def test_an_application_may_be_registered_after_it_came_in(listed: Any) -> None:
    last_week = (listed.house.clock.legal() - timedelta(days=7)).replace(microsecond=0)

    case = await listed.submit(received_at=last_week.isoformat())

    assert datetime.fromisoformat(case["received_at"]) == last_week


async def test_a_created_case_is_found_where_the_answer_says(listed: Any, an_application: dict[str, Any]) -> None:
    answer = await listed.clerk.post("/cases", json=an_application)

    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/approval/v1/cases/{answer.json()['id']}"
    assert answer.headers["ETag"] == '"1"'


async def test_the_same_key_submits_once_and_answers_the_same(listed: Any, an_application: dict[str, Any]) -> None:
    key = {"Idempotency-Key": "window-7-0001"}

    first = await listed.clerk.post("/cases", json=an_application, headers=key)
    second = await listed.clerk.post("/cases", json=an_application, headers=key)

    assert first.json() == second.json()
    assert await listed.count("cases") == 1


async def test_a_case_is_granted_with_its_license_in_one_act(listed: Any) -> None:
    case = await listed.accept(await listed.submit())

    granted = await listed.grant(case)

    held = await listed.read(f"/licenses/{granted['license_id']}")
    assert (held["case_id"], held["state"], held["departments"]) == (case["id"], "valid", ["fire"])
    assert sorted((await listed.said())[-2:]) == ["ApprovalIssued", "CaseGranted"]


async def test_a_license_is_watched_by_whom_the_list_names_on_the_day_of_the_grant(
    listed: Any, an_item: dict[str, Any]
) -> None:
    case = await listed.accept(await listed.submit())
    del an_item["item_code"]
    await listed.head.post(f"/items/{case['item_id']}/standards", json=an_item | {"departments": ["health"]})

    granted = await listed.grant(case)

    assert (await listed.read(f"/licenses/{granted['license_id']}"))["departments"] == ["health"]


async def test_who_accepted_does_not_grant(listed: Any) -> None:
    both = listed.house.http(Role.REVIEWER, Role.APPROVER, department="bureau", person="zhang")
    case = await listed.submit()
    await both.post(f"/cases/{case['id']}/accept")

    answer = await both.post(f"/cases/{case['id']}/grant")

    assert (answer.status_code, answer.json()["code"]) == (403, "second_person_needed")
    assert await listed.count("licenses") == 0


async def test_five_days_of_silence_accept_the_application_from_its_receipt(listed: Any) -> None:
    case = await listed.submit()

    await listed.house.hear(overdue(case, listed.house.clock.legal()), source="notify")

    shown = await listed.read(f"/cases/{case['id']}")
    assert (shown["state"], shown["deemed"], shown["accepted_at"]) == ("under_review", True, case["received_at"])
    assert (await listed.said())[-1] == "CaseAccepted"


async def test_silence_changes_nothing_once_the_case_is_accepted(listed: Any) -> None:
    case = await listed.accept(await listed.submit())

    await listed.house.hear(overdue(case, listed.house.clock.legal()), source="notify")

    assert await listed.read(f"/cases/{case['id']}") == case


async def test_other_overdue_duties_accept_nothing(listed: Any) -> None:
    case = await listed.submit()

    await listed.house.hear(overdue(case, listed.house.clock.legal(), Duty.DECIDE_CASE), source="notify")

    assert (await listed.read(f"/cases/{case['id']}"))["state"] == "submitted"


async def test_an_acceptance_after_the_limit_is_deemed_even_if_nobody_called_it_overdue(listed: Any) -> None:
    case = await listed.submit()
    await listed.house.hear(opened(case, listed.house.clock.legal() + timedelta(days=7)), source="notify")

    listed.house.clock.forward(timedelta(days=8))
    accepted = await listed.accept(case)

    assert (accepted["deemed"], accepted["accepted_at"]) == (True, case["received_at"])


async def test_a_limit_that_a_new_calendar_moved_is_the_one_that_counts(listed: Any) -> None:
    case = await listed.submit()
    until = listed.house.clock.legal() + timedelta(days=7)
    await listed.house.hear(opened(case, until), rescheduled(case, until, until + timedelta(days=2)), source="notify")

    listed.house.clock.forward(timedelta(days=8))
    accepted = await listed.accept(case)

    assert not accepted["deemed"]


async def test_an_acceptance_within_the_limit_counts_from_itself(listed: Any) -> None:
    case = await listed.submit()
    await listed.house.hear(opened(case, listed.house.clock.legal() + timedelta(days=7)), source="notify")

    accepted = await listed.accept(case)

    assert not accepted["deemed"]
    assert accepted["accepted_at"] > case["received_at"]


async def test_an_overdue_case_of_nobody_is_set_aside_and_harms_no_other(listed: Any, unknown: UUID) -> None:
    case = await listed.submit()
    now = listed.house.clock.legal()

    await listed.house.hear(overdue({"id": str(unknown)}, now), overdue(case, now), source="notify")

    assert (await listed.read(f"/cases/{case['id']}"))["deemed"]
    assert await listed.count("parked") == 1


async def test_a_department_reads_the_cases_of_the_items_it_supervises(listed: Any) -> None:
    case = await listed.submit()

    assert (await listed.liaison("fire").get(f"/cases/{case['id']}")).status_code == 200
    assert (await listed.liaison("health").get(f"/cases/{case['id']}")).status_code == 404
    assert (await listed.liaison("health").get("/cases")).json()["items"] == []


async def test_cases_are_listed_by_state(listed: Any) -> None:
    await listed.submit()
    accepted = await listed.accept(await listed.submit())

    page = await listed.read("/cases?state=under_review")

    assert [case["id"] for case in page["items"]] == [accepted["id"]]


async def test_of_two_who_grant_at_once_one_grants(listed: Any) -> None:
    case = await listed.accept(await listed.submit())
    approvers = [listed.house.http(Role.APPROVER, department="bureau", person=name) for name in ("li", "wang", "zhao")]

    answers = await asyncio.gather(*(one.post(f"/cases/{case['id']}/grant") for one in approvers))

    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    assert await listed.count("licenses") == 1
    assert (await listed.said()).count("ApprovalIssued") == 1


async def test_new_standards_and_new_cases_at_once_hinder_nobody(
    listed: Any, an_item: dict[str, Any], an_application: dict[str, Any]
) -> None:
    item = (await listed.read("/items"))["items"][0]
    del an_item["item_code"]

    answers = await asyncio.gather(
        *(listed.clerk.post("/cases", json=an_application) for _ in range(5)),
        *(listed.head.post(f"/items/{item['id']}/standards", json=an_item) for _ in range(3)),
        *(listed.clerk.post("/cases", json=an_application) for _ in range(5)),
    )

    assert all(answer.is_success for answer in answers)
    said = [envelope.event() for envelope in await listed.house.said()]
    assert [event.standard_no for event in said if isinstance(event, ItemPublished)] == [1, 2, 3, 4]
    assert {answer.json()["standard_no"] for answer in answers} <= {1, 2, 3, 4}
    assert await listed.count("cases") == 10
