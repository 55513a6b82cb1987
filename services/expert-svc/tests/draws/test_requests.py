"""Panels that the bureau asks for by event: drawn once, answered with the request's reference, or told why not."""

from typing import Any
from uuid import uuid4

from expert_svc.requests.drawer import look
from shenguan_contracts.draws import PanelPurpose, PanelRequested
from shenguan_contracts.expert import Pool

from .conftest import Hall


def requested(hall: Hall, **changes: Any) -> PanelRequested:
    facts: dict[str, Any] = {
        "panel_request_id": uuid4(),
        "purpose": f"survey/{uuid4()}",
        "kind": PanelPurpose.SURVEY,
        "pool": Pool.SURVEY,
        "seats": 2,
        "per_department": 1,
        "fields": ("消防",),
        "department": "fire",
        "requested_at": hall.house.clock.legal(),
    }
    return PanelRequested(**facts | changes)


async def answered(hall: Hall, asked: PanelRequested) -> list[Any]:
    """What is said about a request once it was drawn."""
    await hall.house.hear(asked, source="approval")
    while await look(hall.house.runtime):
        pass
    reference = str(asked.panel_request_id)
    return [event for event in await hall.house.said() if event.data.get("panel_request_id") == reference]


async def test_a_request_is_drawn_and_answered_with_its_reference(hall: Hall) -> None:
    asked = requested(hall)

    said = await answered(hall, asked)

    assert [event.type.rsplit(".", 2)[-2] for event in said] == ["DrawDeclared", "DrawCompleted"]
    assert said[1].data["purpose"] == asked.purpose
    assert "fire" in said[1].data["departments"]
    (draw,) = (await hall.done(hall.bureau().get("/draws", params={"purpose": asked.purpose})))["items"]
    assert draw["panel_request_id"] == str(asked.panel_request_id)
    assert "Level 0" in await hall.verdict(draw)


async def test_a_request_heard_twice_or_looked_at_twice_is_drawn_once(hall: Hall) -> None:
    asked = requested(hall)

    await answered(hall, asked)
    said = await answered(hall, asked)

    assert len(said) == 2


async def test_a_request_that_no_panel_can_meet_is_answered_with_the_rule_and_the_least_that_would_help(
    hall: Hall,
) -> None:
    said = await answered(hall, requested(hall, seats=3, fields=("卫生",)))

    (refusal,) = said
    assert refusal.type.rsplit(".", 2)[-2] == "PanelRefused"
    assert refusal.data["code"] == "no_lawful_panel"
    assert refusal.data["conflict"] == ["minimum:field:卫生"]
    assert "minimum:field:卫生=0" in refusal.data["relaxations"]


async def test_a_request_for_a_purpose_that_has_a_panel_is_answered_so(hall: Hall) -> None:
    first = requested(hall)
    await answered(hall, first)

    said = await answered(hall, requested(hall, purpose=first.purpose))

    assert [event.data["code"] for event in said] == ["panel_stands"]


async def test_a_request_that_no_draw_could_be_declared_for_is_answered_and_holds_up_no_other(hall: Hall) -> None:
    unusable = await answered(hall, requested(hall, fields=("",)))
    usable = await answered(hall, requested(hall))

    assert [event.data["code"] for event in unusable] == ["request_unusable"]
    assert len(usable) == 2
