"""Pools and rules that cannot be meant are refused; whoever is left out is told why."""

import unicodedata

import pytest

from shenguan_kernel.lots.pool import Candidate, PoolInconsistent, snapshot
from shenguan_kernel.lots.requirement import (
    Cause,
    Ground,
    Ineligible,
    Minimum,
    PanelRule,
    Recusal,
    RuleInconsistent,
    Trait,
    classes_of,
    ineligible_in,
)

DECLARED = Ground.DECLARED
THE_FIRE_FIELD = Minimum(Trait.FIELD, "消防", 1)


def test_a_candidate_stands_in_a_snapshot_once() -> None:
    with pytest.raises(PoolInconsistent) as refusal:
        snapshot([Candidate("e-000001", "fire"), Candidate("e-000001", "water")])

    assert refusal.value.facts["candidates"] == ["e-000001"]


@pytest.mark.parametrize(
    ("candidate", "place"),
    [
        (Candidate("E-1", "fire"), "id"),
        (Candidate(unicodedata.normalize("NFD", "é-1"), "fire"), "id"),
        (Candidate("e-000001", ""), "department"),
        (Candidate("e-000001", " fire"), "department"),
        (Candidate("e-000001", "fire", fields=(unicodedata.normalize("NFD", "é"),)), "fields"),
        (Candidate("e-000001", "fire", qualifications=("a\u202eb",)), "qualifications"),
        (Candidate("e-000001", "fire", excluded="x" * 65), "excluded"),
        (Candidate("e-000001", "fire", load=-1), "load"),
        (Candidate("e-000001", "fire", last_drawn="2026-2-2"), "last_drawn"),
    ],
)
def test_a_text_with_a_twin_or_a_negative_load_has_no_place_in_a_snapshot(candidate: Candidate, place: str) -> None:
    with pytest.raises(PoolInconsistent) as refusal:
        snapshot([candidate])

    assert refusal.value.facts["place"] == place


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"seats": 0}, "seats"),
        ({"seats": 101}, "seats"),
        ({"per_department": 0}, "per_department"),
        ({"per_department": 4}, "per_department"),
        ({"load_limit": 0}, "load_limit"),
        ({"cooling_off": "2026-02-30"}, "cooling_off"),
        ({"cooling_off": "20260202"}, "cooling_off"),
        ({"minimums": (Minimum(Trait.FIELD, "消防", 4),)}, "minimums"),
        ({"minimums": (Minimum(Trait.FIELD, "消防", 0),)}, "minimums"),
        ({"minimums": (THE_FIRE_FIELD, Minimum(Trait.FIELD, "消防", 2))}, "minimums"),
        ({"minimums": (Minimum(Trait.FIELD, "", 1),)}, "minimums"),
        ({"excluded_departments": ("fire", "fire")}, "excluded_departments"),
        ({"recusals": (Recusal("e-1", DECLARED, "kinship"), Recusal("e-1", DECLARED, "interest"))}, "recusals"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused_at_its_place(changes: dict[str, object], place: str) -> None:
    with pytest.raises(RuleInconsistent) as refusal:
        PanelRule(**{"seats": 3, "per_department": 1, **changes})  # type: ignore[arg-type]

    assert refusal.value.facts["place"] == place


def test_a_recusal_of_someone_outside_the_pool_is_a_mistake_and_not_ignored() -> None:
    pool = snapshot([Candidate("e-000001", "fire")])

    with pytest.raises(RuleInconsistent) as refusal:
        ineligible_in(pool, PanelRule(1, 1, recusals=(Recusal("e-000002", DECLARED, "kinship"),)))

    assert refusal.value.facts["unknown"] == ["e-000002"]


def test_whoever_is_left_out_is_named_with_the_first_reason_that_applies() -> None:
    pool = snapshot(
        [
            Candidate("e-000001", "fire", load=9, excluded="quarantine"),
            Candidate("e-000002", "fire", load=9),
            Candidate("e-000003", "bureau", load=9),
            Candidate("e-000004", "fire", load=2),
            Candidate("e-000005", "fire", load=1, last_drawn="2026-03-01"),
            Candidate("e-000006", "fire", load=1, last_drawn="2026-02-28"),
        ]
    )
    recusals = (
        Recusal("e-000001", DECLARED, "kinship"),
        Recusal("e-000002", DECLARED, "kinship"),
    )
    rule = PanelRule(1, 1, excluded_departments=("bureau",), recusals=recusals, load_limit=2, cooling_off="2026-03-01")

    left_out = ineligible_in(pool, rule)

    assert left_out == (
        Ineligible("e-000001", Cause.EXCLUDED, "quarantine"),
        Ineligible("e-000002", Cause.RECUSED, "kinship"),
        Ineligible("e-000003", Cause.DEPARTMENT),
        Ineligible("e-000004", Cause.LOAD),
        Ineligible("e-000005", Cause.COOLING_OFF),
    )
    assert [group.candidates for group in classes_of(pool, rule, left_out)] == [("e-000006",)]


def test_candidates_whom_the_rule_cannot_tell_apart_form_one_class() -> None:
    pool = snapshot(
        [
            Candidate("e-000001", "water", fields=("消防", "建筑")),
            Candidate("e-000002", "fire"),
            Candidate("e-000003", "water", fields=("消防",)),
            Candidate("e-000004", "water", fields=("建筑",)),
        ]
    )

    classes = classes_of(pool, PanelRule(2, 2, minimums=(THE_FIRE_FIELD,)), ())

    assert [(group.department, group.meets, group.candidates) for group in classes] == [
        ("fire", (), ("e-000002",)),
        ("water", (), ("e-000004",)),
        ("water", (0,), ("e-000001", "e-000003")),
    ]
