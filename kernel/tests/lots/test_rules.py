"""A draw from declaration to panel: what may be declared, what is refused, and that nothing is left to choose."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from shenguan_kernel.lots import chain, rules
from shenguan_kernel.lots.contributions import (
    Contribution,
    ContributionMissing,
    ContributorsInsufficient,
    RevealMismatch,
)
from shenguan_kernel.lots.declaration import Declaration, EarlierAttempt, Outcome, read_declaration
from shenguan_kernel.lots.encoding import Hashing
from shenguan_kernel.lots.pool import Candidate, snapshot
from shenguan_kernel.lots.relaxation import NoLawfulPanel
from shenguan_kernel.lots.requirement import Minimum, PanelRule, Trait
from shenguan_kernel.lots.rules import Intent
from shenguan_kernel.lots.vrf import VrfKey

MONDAY_9AM = datetime(2026, 3, 2, 1, tzinfo=UTC)
KEY = VrfKey(bytes(range(32)))
POOL = snapshot(
    Candidate(f"e-{number:06d}", department, fields=("消防",) if number % 2 else ())
    for number, department in enumerate(("fire", "fire", "housing", "housing", "water", "water"), start=1)
)
RULE = PanelRule(seats=2, per_department=1, minimums=(Minimum(Trait.FIELD, "消防", 1),))
INTENT = Intent(draw="draw-1", purpose="survey/1", rule=RULE, vrf_key=KEY.public)
OPEN_INTENT = replace(
    INTENT,
    contributors=("water", "fire", "bureau"),
    commit_by=MONDAY_9AM + timedelta(hours=1),
    reveal_by=MONDAY_9AM + timedelta(hours=2),
)


def declared(intent: Intent = INTENT) -> Declaration:
    return rules.declare(intent, POOL, MONDAY_9AM)


def contributions(declaration: Declaration) -> tuple[Contribution, ...]:
    secrets = {name: bytes([place]) * 32 for place, name in enumerate(declaration.contributors)}
    return tuple(
        Contribution(name, chain.commitment(declaration.hashing, declaration.hash(), name, secret), secret)
        for name, secret in secrets.items()
    )


def test_chances_are_published_before_any_randomness_is_known() -> None:
    declaration = declared()

    assert declaration.panels == "9"
    assert {(chance.meets, chance.probability) for chance in declaration.inclusion} == {((0,), "4/9"), ((), "2/9")}


def test_a_rule_no_panel_can_meet_is_refused_when_it_is_declared() -> None:
    with pytest.raises(NoLawfulPanel) as refusal:
        declared(replace(INTENT, rule=PanelRule(seats=4, per_department=1)))

    assert refusal.value.facts["conflict"] == ["per_department"]


def test_the_same_declaration_always_gives_the_same_lawful_panel() -> None:
    drawn = rules.draw(declared(), POOL, KEY)

    assert drawn == rules.draw(declared(), POOL, KEY)
    assert len(drawn.panel) == 2
    assert len(POOL.departments_of(drawn.panel)) == 2


def test_anything_changed_in_the_declaration_changes_the_seed() -> None:
    seeds = {
        rules.draw(declared(intent), POOL, KEY).seed
        for intent in (
            INTENT,
            replace(INTENT, draw="draw-2"),
            replace(INTENT, purpose="survey/2"),
            replace(INTENT, hashing=Hashing.SM3),
            replace(INTENT, earlier=(EarlierAttempt("00" * 32, Outcome.VOIDED, reason="到场人数不足"),)),
        )
    }

    assert len(seeds) == 5


def test_instants_are_declared_in_utc() -> None:
    shanghai = MONDAY_9AM.astimezone(timezone(timedelta(hours=8)))

    assert rules.declare(INTENT, POOL, shanghai).declared_at == "2026-03-02T01:00:00Z"


def test_an_attempt_holds_the_chain_of_all_earlier_ones() -> None:
    voided = EarlierAttempt("00" * 32, Outcome.VOIDED, reason="密钥更换")
    completed = EarlierAttempt("11" * 32, Outcome.COMPLETED, panel=("e-000001", "e-000003"), certificate="22" * 32)

    first, third = declared(), declared(replace(INTENT, earlier=(voided, completed)))
    otherwise = declared(replace(INTENT, earlier=(completed, voided)))

    assert (first.attempt, first.previous) == (1, None)
    assert third.attempt == 3
    assert third.previous not in (None, otherwise.previous)


def test_a_declaration_survives_storage() -> None:
    declaration = declared(OPEN_INTENT)

    assert read_declaration(declaration.as_json()) == declaration


def test_a_pool_that_changed_after_the_declaration_is_refused() -> None:
    busier = snapshot(replace(candidate, load=candidate.load + 1) for candidate in POOL.candidates)

    with pytest.raises(rules.PoolChanged):
        rules.draw(declared(), busier, KEY)


def test_a_key_other_than_the_declared_one_is_refused() -> None:
    with pytest.raises(rules.VrfKeyChanged):
        rules.draw(declared(), POOL, VrfKey(bytes(32)))


@pytest.mark.parametrize(
    "changes",
    [
        {"draw": ""},
        {"purpose": "survey/1\n"},
        {"vrf_key": b"short"},
        {"earlier": (EarlierAttempt("00" * 32, Outcome.VOIDED, reason="\x1b[2J"),)},
    ],
)
def test_a_text_that_a_certificate_cannot_carry_is_refused_before_the_draw(changes: dict[str, object]) -> None:
    with pytest.raises(rules.IntentInconsistent):
        replace(INTENT, **changes)  # type: ignore[arg-type]


def test_three_contributors_who_commit_first_raise_the_assurance_level() -> None:
    declaration = declared(OPEN_INTENT)

    drawn = rules.draw(declaration, POOL, KEY, contributions(declaration))

    assert declaration.assurance_level == 1
    assert [contribution.contributor for contribution in drawn.contributions] == ["bureau", "fire", "water"]


def test_each_contributor_changes_the_seed_whoever_else_colludes() -> None:
    declaration = declared(OPEN_INTENT)
    given = contributions(declaration)
    seeds = {rules.draw(declaration, POOL, KEY, given).seed}
    for place, contribution in enumerate(given):
        secret = b"\xff" * 32
        commitment = chain.commitment(declaration.hashing, declaration.hash(), contribution.contributor, secret)
        other = Contribution(contribution.contributor, commitment, secret)

        seeds.add(rules.draw(declaration, POOL, KEY, (*given[:place], other, *given[place + 1 :])).seed)

    assert len(seeds) == 4


def test_the_order_in_which_contributions_arrive_changes_nothing() -> None:
    declaration = declared(OPEN_INTENT)
    given = contributions(declaration)

    assert rules.draw(declaration, POOL, KEY, given[::-1]) == rules.draw(declaration, POOL, KEY, given)


@pytest.mark.parametrize("contributors", [("bureau",), ("bureau", "fire"), ("fire", "fire", "water")])
def test_fewer_than_three_contributors_are_no_higher_level(contributors: tuple[str, ...]) -> None:
    with pytest.raises(ContributorsInsufficient):
        declared(replace(OPEN_INTENT, contributors=contributors))


@pytest.mark.parametrize("changes", [{"commit_by": None}, {"reveal_by": None}, {"reveal_by": MONDAY_9AM}])
def test_contributors_need_deadlines_in_their_order(changes: dict[str, object]) -> None:
    with pytest.raises(ContributorsInsufficient):
        declared(replace(OPEN_INTENT, **changes))  # type: ignore[arg-type]


def test_a_missing_contribution_leaves_the_draw_undone() -> None:
    declaration = declared(OPEN_INTENT)

    with pytest.raises(ContributionMissing) as refusal:
        rules.draw(declaration, POOL, KEY, contributions(declaration)[1:])

    assert refusal.value.facts["contributors"] == ["bureau"]


def test_a_contribution_nobody_declared_leaves_the_draw_undone() -> None:
    stranger = Contribution("stranger", bytes(32), bytes(32))

    with pytest.raises(ContributionMissing):
        rules.draw(declared(), POOL, KEY, (stranger,))


@pytest.mark.parametrize("secret", [b"\xee" * 32, b"", b"\x00" * 33])
def test_a_reveal_that_does_not_fit_its_commitment_is_refused(secret: bytes) -> None:
    declaration = declared(OPEN_INTENT)
    honest = contributions(declaration)

    with pytest.raises(RevealMismatch) as refusal:
        rules.draw(declaration, POOL, KEY, (replace(honest[0], secret=secret), *honest[1:]))

    assert refusal.value.facts["contributor"] == "bureau"
