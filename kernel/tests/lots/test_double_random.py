"""双随机: whom to inspect and who inspects are drawn by one engine, and each draw is read by a stranger's program."""

from datetime import UTC, datetime

import pytest

from shenguan_kernel.lots import rules, verify_census, verify_draw
from shenguan_kernel.lots.census import census
from shenguan_kernel.lots.certificate import assemble
from shenguan_kernel.lots.declaration import Declaration
from shenguan_kernel.lots.encoding import Hashing
from shenguan_kernel.lots.pool import Candidate, Snapshot, snapshot
from shenguan_kernel.lots.requirement import Ground, Minimum, PanelRule, Recusal, Trait
from shenguan_kernel.lots.rules import Intent
from shenguan_kernel.lots.vrf import VrfKey

KEY = VrfKey(bytes(range(32)))
MONDAY_9AM = datetime(2026, 3, 2, 1, tzinfo=UTC)
DEPARTMENTS = tuple(f"d{number:02}" for number in range(11))
HAZARDS = (("餐饮",), ("建筑",), ("建筑", "消防"), ("危化",), ("消防",))
A_MILLION = 1_000_000


def firm(number: int) -> Candidate:
    """A target: the department that supervises it, what is dangerous there, how often it was inspected."""
    return Candidate(
        f"t-{number:07d}",
        DEPARTMENTS[number % 11],
        HAZARDS[number % 5],
        load=number % 4,
        excluded="deregistered" if number % 97 == 0 else None,
    )


def inspectors() -> Snapshot:
    """Four law enforcers of each department; one in three knows fire safety, one in four carries two inspections."""
    return snapshot(
        Candidate(
            f"i-{number:04d}",
            DEPARTMENTS[number % 11],
            ("消防",) if number % 3 == 0 else (),
            ("执法证",),
            load=2 if number % 4 == 0 else 0,
        )
        for number in range(44)
    )


@pytest.mark.slow
def test_a_hundred_of_a_million_targets_and_two_inspectors_for_each_are_drawn_and_read_independently() -> None:
    rule = PanelRule(
        seats=100, per_department=20, minimums=(Minimum(Trait.FIELD, "危化", 2),), load_limit=3,
    )  # fmt: skip
    declaration, drawn, certificate = draw_targets(rule)

    read, _ = verify_census.verify(certificate)
    teams = [team_for(target, number, inspectors()) for number, target in enumerate(drawn)]

    assert read["declaration"]["pool"]["count"] == A_MILLION
    assert len(set(read["panel"])) == 100
    assert sum("危化" in firm(int(target[2:])).fields for target in drawn) >= 2
    assert all(len(team) == 2 for team in teams)
    assert declaration.panels == read["declaration"]["panels"]


def draw_targets(rule: PanelRule) -> tuple[Declaration, tuple[str, ...], bytes]:
    """Who is inspected, with the certificate of it."""
    targets = census(map(firm, range(A_MILLION)), Hashing.SHA256)
    declaration = rules.declare(Intent("targets", "inspection/1", rule, KEY.public), targets, MONDAY_9AM)
    drawn = rules.draw(declaration, targets, KEY)
    return declaration, drawn.panel, assemble(declaration, targets, drawn)


def team_for(target: str, number: int, pool: Snapshot) -> list[str]:
    """Who inspects one target: two of two departments, one of the competent one, nobody who knows the firm."""
    own = firm(int(target[2:])).department
    acquainted = Recusal(pool.candidates[number % 44].id, Ground.RELATIONSHIP, "kinship")
    rule = PanelRule(
        seats=2, per_department=1, minimums=(Minimum(Trait.DEPARTMENT, own, 1),), recusals=(acquainted,), load_limit=2
    )
    declaration = rules.declare(Intent(f"team-{number}", f"inspection/{target}", rule, KEY.public), pool, MONDAY_9AM)

    read, _ = verify_draw.verify(assemble(declaration, pool, rules.draw(declaration, pool, KEY)))

    team: list[str] = read["panel"]
    assert acquainted.candidate not in team
    assert any(one.id in team and one.department == own for one in pool.candidates)
    return team
