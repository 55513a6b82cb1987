"""请求抽取 at its doors: the bureau says what panel a case needs, and sees there what the lot made of it (R30)."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from shenguan_contracts.draws import ExpertReplaced, PanelPurpose, PanelRefused, PanelReleased
from shenguan_contracts.expert import DrawCompleted, DrawVoided
from shenguan_kernel.roles import Role

WANTED: dict[str, Any] = {"kind": "survey", "seats": 2, "per_department": 1, "fields": ["消防"], "department": "fire"}


@pytest.fixture
async def case(bureau: Any) -> dict[str, Any]:
    """A case under review."""
    await bureau.register("fire", "health")
    await bureau.publish()
    accepted: dict[str, Any] = await bureau.accept(await bureau.submit())
    return accepted


async def ask(bureau: Any, case: dict[str, Any], **changes: Any) -> Any:
    return await bureau.reviewer.post(f"/cases/{case['id']}/panel-requests", json=WANTED | changes)


def completed(bureau: Any, case: dict[str, Any], request: str | None, **changes: Any) -> DrawCompleted:
    facts: dict[str, Any] = {
        "draw_id": uuid4(),
        "purpose": f"survey/{case['id']}",
        "departments": ("fire", "health"),
        "panel": ("e-000001", "e-000004"),
        "assurance_level": 0,
        "certificate_hash": "5a" * 32,
        "panel_request_id": request,
        "completed_at": bureau.house.clock.legal(),
    }
    return DrawCompleted(**facts | changes)


async def panels(bureau: Any, case: dict[str, Any]) -> Any:
    return await bureau.read(f"/cases/{case['id']}/panels")


@pytest.mark.parametrize(
    ("kind", "pool", "noun"),
    [
        ("survey", "survey", "survey"),
        ("approval", "think_tank", "case"),
        ("consultation", "think_tank", "consultation"),
        ("hearing", "think_tank", "hearing"),
    ],
)
async def test_a_survey_asks_the_surveyors_and_all_else_the_think_tank(
    bureau: Any, case: dict[str, Any], kind: str, pool: str, noun: str
) -> None:
    answer = await ask(bureau, case, kind=kind)

    said = (await bureau.house.said())[-1]
    assert (answer.status_code, answer.json()["pool"]) == (201, pool), answer.text
    assert said.type == "cn.shenguan.approval.PanelRequested.v1"
    assert (said.data["purpose"], said.data["kind"]) == (f"{noun}/{case['id']}", PanelPurpose(kind))
    assert {name: said.data[name] for name in WANTED if name != "kind"} == {
        name: value for name, value in WANTED.items() if name != "kind"
    }


async def test_who_was_drawn_is_shown_on_the_case(bureau: Any, case: dict[str, Any]) -> None:
    request = (await ask(bureau, case)).json()

    await bureau.house.hear(completed(bureau, case, request["id"]), source="expert")

    shown = await panels(bureau, case)
    assert [one["id"] for one in shown["requests"]] == [request["id"]]
    assert [(one["panel"], one["state"], one["panel_request_id"]) for one in shown["panels"]] == [
        (["e-000001", "e-000004"], "seated", request["id"])
    ]
    assert shown["panels"][0]["certificate_hash"] == "5a" * 32


async def test_a_draw_that_the_bureau_declared_itself_is_shown_too_and_another_purpose_is_not(
    bureau: Any, case: dict[str, Any]
) -> None:
    await bureau.house.hear(
        completed(bureau, case, None, assurance_level=2),
        completed(bureau, case, None, purpose=f"inspection/{case['id']}"),
        source="expert",
    )

    assert [one["assurance_level"] for one in (await panels(bureau, case))["panels"]] == [2]


async def test_a_seat_given_anew_a_release_and_a_void_are_followed(bureau: Any, case: dict[str, Any]) -> None:
    now = bureau.house.clock.legal()
    first, second = completed(bureau, case, None), completed(bureau, case, None)
    replaced = ExpertReplaced(
        draw_id=first.draw_id, purpose=first.purpose, number=1, expert_no="e-000004", replacement="e-000005",
        panel=("e-000001", "e-000005"), departments=("fire",), certificate_hash="6b" * 32, replaced_at=now,
    )  # fmt: skip
    released = PanelReleased(draw_id=first.draw_id, purpose=first.purpose, released_at=now)
    voided = DrawVoided(draw_id=second.draw_id, purpose=second.purpose, reason="另有回避情形", voided_at=now)

    await bureau.house.hear(first, replaced, released, second, voided, source="expert")

    shown = {one["draw_id"]: one for one in (await panels(bureau, case))["panels"]}
    one, other = shown[str(first.draw_id)], shown[str(second.draw_id)]
    assert (one["panel"], one["certificate_hash"], one["state"]) == (["e-000001", "e-000005"], "6b" * 32, "released")
    assert (other["state"], other["void_reason"]) == ("voided", "另有回避情形")


async def test_asking_again_waits_for_the_answer_and_a_panel_that_stands_is_not_asked_for_twice(
    bureau: Any, case: dict[str, Any]
) -> None:
    request = (await ask(bureau, case)).json()

    awaited = await ask(bureau, case)
    drawn = completed(bureau, case, request["id"])
    await bureau.house.hear(drawn, source="expert")
    seated = await ask(bureau, case)
    other = await ask(bureau, case, kind="hearing")
    voided = DrawVoided(
        draw_id=drawn.draw_id, purpose=drawn.purpose, reason="另有回避情形", voided_at=bureau.house.clock.legal()
    )
    await bureau.house.hear(voided, source="expert")
    again = await ask(bureau, case)

    assert (awaited.status_code, awaited.json()["code"]) == (409, "panel_awaited")
    assert (seated.status_code, seated.json()["code"]) == (409, "panel_seated")
    assert other.status_code == 201
    assert (again.status_code, again.json()["number"]) == (201, 2)


async def test_a_request_that_no_panel_can_meet_shows_what_would_help_and_may_be_made_anew(
    bureau: Any, case: dict[str, Any]
) -> None:
    request = (await ask(bureau, case)).json()
    refused = PanelRefused(
        panel_refusal_id=uuid4(), panel_request_id=UUID(request["id"]), purpose=f"survey/{case['id']}",
        code="no_lawful_panel", conflict=("minimum:field:消防",), relaxations=("minimum:field:消防=0",),
        refused_at=bureau.house.clock.legal(),
    )  # fmt: skip

    await bureau.house.hear(refused, source="expert")

    (shown,) = (await panels(bureau, case))["refusals"]
    assert (shown["panel_request_id"], shown["relaxations"]) == (request["id"], ["minimum:field:消防=0"])
    assert (await ask(bureau, case, fields=[])).status_code == 201


async def test_only_a_case_under_review_needs_experts_and_only_its_departments_are_competent(
    bureau: Any, case: dict[str, Any]
) -> None:
    submitted = await bureau.submit()

    early = await ask(bureau, submitted)
    foreign = await ask(bureau, case, department="health")
    clerk = await bureau.clerk.post(f"/cases/{case['id']}/panel-requests", json=WANTED)

    assert (early.status_code, early.json()["code"]) == (409, "not_under_review")
    assert (foreign.status_code, foreign.json()["code"]) == (409, "not_competent")
    assert (clerk.status_code, clerk.json()["code"]) == (403, "not_allowed")


async def test_a_department_sees_its_cases_requests_and_the_panels_its_experts_are_on(
    bureau: Any, case: dict[str, Any]
) -> None:
    request = (await ask(bureau, case)).json()
    await bureau.house.hear(completed(bureau, case, request["id"], departments=("health",)), source="expert")

    fire, health = bureau.liaison("fire"), bureau.liaison("health")
    listed = (await fire.get("/panel-requests")).json()["items"]
    own = (await fire.get(f"/cases/{case['id']}/panels")).json()
    other = await health.get(f"/cases/{case['id']}/panels")

    assert [one["id"] for one in listed] == [request["id"]]
    assert (len(own["requests"]), len(own["panels"])) == (1, 0)
    assert other.status_code == 404
    assert (await health.get(f"/panel-requests/{request['id']}")).status_code == 404


async def test_requests_are_listed_by_case_and_purpose(bureau: Any, case: dict[str, Any]) -> None:
    survey = (await ask(bureau, case)).json()
    await ask(bureau, case, kind="hearing")

    overseer = bureau.house.http(Role.OVERSEER, department="staffing-office")
    found = (await overseer.get("/panel-requests", params={"kind": "survey", "case_id": case["id"]})).json()["items"]

    assert [one["id"] for one in found] == [survey["id"]]
