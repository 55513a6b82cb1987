"""When no panel is lawful the refusal says which parts of the rule are at odds and what would help."""

from shenguan_kernel.lots.pool import Candidate, Snapshot, snapshot
from shenguan_kernel.lots.relaxation import no_lawful_panel
from shenguan_kernel.lots.requirement import Ground, Minimum, PanelRule, Recusal, Trait


def a_pool() -> Snapshot:
    """Three departments, two candidates each; fire protection is known in one department only."""
    return snapshot(
        Candidate(
            id=f"{department}-{number}",
            department=department,
            fields=("消防",) if department == "fire" else (),
            load=number,
        )
        for department in ("fire", "housing", "water")
        for number in (1, 2)
    )


def test_a_cap_that_leaves_too_few_seats_is_named_with_the_cap_that_would_do() -> None:
    facts = no_lawful_panel(a_pool(), PanelRule(seats=5, per_department=1)).facts

    assert facts["conflict"] == ["per_department"]
    assert facts["relaxations"] == [{"part": "per_department", "to": 2}, {"part": "seats", "to": 3}]


def test_a_field_too_few_know_is_named_with_the_minimum_that_can_be_met() -> None:
    rule = PanelRule(seats=3, per_department=3, minimums=(Minimum(Trait.FIELD, "消防", 3),))

    facts = no_lawful_panel(a_pool(), rule).facts

    assert facts["part"] == "minimum:field:消防"
    assert facts["relaxations"] == [{"part": "minimum:field:消防", "to": 2}]


def test_two_parts_that_cannot_be_met_together_are_both_named() -> None:
    rule = PanelRule(seats=3, per_department=1, minimums=(Minimum(Trait.FIELD, "消防", 2),))

    facts = no_lawful_panel(a_pool(), rule).facts

    assert facts["conflict"] == ["minimum:field:消防", "per_department"]
    assert {"part": "per_department", "to": 2} in facts["relaxations"]
    assert {"part": "minimum:field:消防", "to": 1} in facts["relaxations"]


def test_a_required_department_that_is_also_excluded_contradicts_itself() -> None:
    rule = PanelRule(
        seats=1, per_department=1, minimums=(Minimum(Trait.DEPARTMENT, "fire", 1),), excluded_departments=("fire",)
    )

    facts = no_lawful_panel(a_pool(), rule).facts

    assert set(facts["conflict"]) == {"minimum:department:fire", "excluded_department:fire"}


def test_a_load_limit_that_nobody_meets_is_named_with_the_next_that_helps() -> None:
    facts = no_lawful_panel(a_pool(), PanelRule(seats=3, per_department=1, load_limit=1)).facts

    assert facts["conflict"] == ["load_limit"]
    assert facts["relaxations"] == [{"part": "load_limit", "to": 2}]


def test_a_cooling_off_that_leaves_nobody_is_named_with_the_day_that_would_do() -> None:
    days = ("2026-02-02", "2026-02-27", "2026-03-01")
    pool = snapshot(Candidate(f"e-{place}", "fire", last_drawn=day) for place, day in enumerate(days))

    facts = no_lawful_panel(pool, PanelRule(seats=2, per_department=2, cooling_off="2026-02-01")).facts

    assert facts["conflict"] == ["cooling_off"]
    assert facts["relaxations"] == [{"part": "cooling_off", "to": "2026-02-28"}]


def test_too_few_candidates_leave_only_fewer_seats_to_offer() -> None:
    facts = no_lawful_panel(a_pool(), PanelRule(seats=7, per_department=7)).facts

    assert facts["conflict"] == ["seats"]
    assert facts["relaxations"] == [{"part": "seats", "to": 6}]


def test_a_recusal_is_never_offered_for_relaxation() -> None:
    everyone = tuple(Recusal(candidate.id, Ground.RELATIONSHIP, "kinship") for candidate in a_pool().candidates)

    facts = no_lawful_panel(a_pool(), PanelRule(seats=1, per_department=1, recusals=everyone)).facts

    assert facts["conflict"] == ["seats"]
    assert facts["relaxations"] == []
