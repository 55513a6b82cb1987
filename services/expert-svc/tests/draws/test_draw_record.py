"""What is kept of a draw: a panel stands until it is voided, and no attempt is ever hidden."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from expert_svc.draws import record
from expert_svc.draws.record import Draw, DrawState
from shenguan_contracts.expert import DrawCompleted, DrawDeclared, Pool
from shenguan_kernel.lots.declaration import Outcome

MONDAY_9AM = datetime(2026, 2, 2, 1, tzinfo=UTC)
TUESDAY = MONDAY_9AM + timedelta(days=1)
PURPOSE = "survey/0198b9d2-0000-7000-8000-000000000000"


def a_draw(attempt: int = 1) -> Draw:
    declared = DrawDeclared(
        draw_id=UUID(int=attempt),
        purpose=PURPOSE,
        attempt=attempt,
        assurance_level=0,
        declaration_hash="aa" * 32,
        panels="6",
        declared_at=MONDAY_9AM,
    )
    completed = DrawCompleted(
        draw_id=declared.draw_id,
        purpose=PURPOSE,
        departments=("fire", "market"),
        panel=("e-000001", "e-000003"),
        assurance_level=0,
        certificate_hash="bb" * 32,
        completed_at=MONDAY_9AM,
    )
    return Draw.first(declared, Pool.SURVEY, "clerk").complete(completed)


def test_a_completed_draw_keeps_its_panel_and_the_hash_of_its_certificate() -> None:
    draw = a_draw()

    assert (draw.state, draw.panel) == (DrawState.COMPLETED, ("e-000001", "e-000003"))
    assert draw.certificate_hash == "bb" * 32


def test_while_a_panel_stands_there_is_no_second_draw() -> None:
    with pytest.raises(record.PanelStands) as refusal:
        record.earlier_attempts([a_draw()])

    assert refusal.value.facts["attempt"] == 1


def test_a_voided_draw_keeps_everything_and_tells_why() -> None:
    draw = a_draw()

    voided = draw.apply(record.void(draw, "抽中专家与申请人有利害关系", by="head", at=TUESDAY))

    assert (voided.state, voided.void_reason, voided.voided_at) == (
        DrawState.VOIDED,
        "抽中专家与申请人有利害关系",
        TUESDAY,
    )
    assert (voided.panel, voided.certificate_hash) == (draw.panel, draw.certificate_hash)


def test_nobody_voids_his_own_draw() -> None:
    with pytest.raises(record.SameHand):
        record.void(a_draw(), "重抽", by="clerk", at=TUESDAY)


def test_a_draw_is_voided_once() -> None:
    draw = a_draw()
    voided = draw.apply(record.void(draw, "重抽", by="head", at=TUESDAY))

    with pytest.raises(record.AlreadyVoided):
        record.void(voided, "再次", by="head", at=TUESDAY)


def test_every_earlier_attempt_is_shown_with_its_panel_reason_and_certificate() -> None:
    first, second = (replace(a_draw(n), state=DrawState.VOIDED, void_reason=f"理由{n}") for n in (1, 2))

    attempts = record.earlier_attempts([first, second])

    assert [attempt.reason for attempt in attempts] == ["理由1", "理由2"]
    assert {attempt.outcome for attempt in attempts} == {Outcome.VOIDED}
    assert all(attempt.panel and attempt.certificate for attempt in attempts)
