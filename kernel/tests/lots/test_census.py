"""A pool too long to print is drawn as any other, and an independent reader checks it by kinds and places."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any

import pytest

from shenguan_kernel.lots import rules, verify_census, verify_draw
from shenguan_kernel.lots.census import Census, census
from shenguan_kernel.lots.certificate import assemble
from shenguan_kernel.lots.declaration import chances
from shenguan_kernel.lots.encoding import Hashing, canonical
from shenguan_kernel.lots.panels import lawful_panels
from shenguan_kernel.lots.pool import Candidate, PoolInconsistent, snapshot
from shenguan_kernel.lots.programs import census_verifier_source, verifier_source
from shenguan_kernel.lots.requirement import Ground, Minimum, PanelRule, Recusal, RuleInconsistent, Trait
from shenguan_kernel.lots.rules import Intent
from shenguan_kernel.lots.vrf import VrfKey

KEY = VrfKey(bytes(range(32)))
MONDAY_9AM = datetime(2026, 3, 2, 1, tzinfo=UTC)
TRADES = (("餐饮",), ("建筑",), ("建筑", "消防"), ("危化",), ("消防",))
RULE = PanelRule(
    seats=5,
    per_department=2,
    minimums=(Minimum(Trait.FIELD, "消防", 1),),
    recusals=(Recusal("t-0000012", Ground.CASE, "same_case"),),
    load_limit=3,
)
INTENT = Intent("draw-1", "inspection/1", RULE, KEY.public)


def firms(number: int) -> list[Candidate]:
    """Targets of inspection: firms under eleven departments in five trades, some closed, some inspected lately."""
    return [
        Candidate(
            f"t-{one:07d}",
            f"d{one % 11:02}",
            TRADES[one % 5],
            load=one % 4,
            last_drawn=f"2026-01-{1 + one % 28:02}" if one % 3 == 0 else None,
            excluded="closed" if one % 97 == 0 else None,
        )
        for one in range(number)
    ]


def drawn(pool: Census, intent: Intent = INTENT) -> bytes:
    """The certificate of a draw at level 0."""
    declaration = rules.declare(replace(intent, hashing=pool.hashing), pool, MONDAY_9AM)
    return assemble(declaration, pool, rules.draw(declaration, pool, KEY))


def place_of_rejection(certificate: bytes) -> str | None:
    """Where the independent reader says that a certificate is wrong."""
    try:
        verify_census.verify(certificate)
    except (verify_draw.Rejected, verify_draw.NoVerdict) as verdict:
        return str(verdict).partition(": ")[0]
    return None


@pytest.mark.parametrize("seed", range(25))
def test_a_census_has_the_lawful_panels_and_the_chances_of_its_list(seed: int) -> None:
    chance = Random(f"census {seed}")
    listed = [
        Candidate(
            f"t-{one}", chance.choice("ab"), tuple(chance.sample("xy", chance.randrange(3))), load=chance.randrange(2)
        )
        for one in range(8)
    ]
    rule = PanelRule(
        seats=3,
        per_department=2,
        minimums=(Minimum(Trait.FIELD, "x", 1),),
        load_limit=chance.choice([None, 1]),
        recusals=(Recusal("t-3", Ground.CASE, "same_case"),),
    )

    short, long = lawful_panels(snapshot(listed), rule), lawful_panels(census(listed, Hashing.SHA256), rule)

    assert {long.at(number) for number in range(long.count)} == {short.at(number) for number in range(short.count)}
    if short.count:
        assert [(one.department, one.panels) for one in chances(long)] == [
            (one.department, one.panels) for one in chances(short)
        ]


def test_the_order_in_which_firms_are_listed_changes_nothing() -> None:
    listed = firms(500)

    assert census(reversed(listed), Hashing.SHA256) == census(listed, Hashing.SHA256)


def test_traits_given_in_another_order_are_the_same_kind() -> None:
    pool = census(
        [Candidate("t-1", "fire", ("建筑", "消防")), Candidate("t-2", "fire", ("消防", "建筑"))], Hashing.SHA256
    )

    assert [kind.members for kind in pool.kinds] == [("t-1", "t-2")]


@pytest.mark.parametrize("ids", [("t-1", "t-1"), ("t-1", "T 1"), ("t-1", "")])
def test_a_firm_listed_twice_or_without_a_proper_number_is_refused(ids: tuple[str, str]) -> None:
    with pytest.raises(PoolInconsistent):
        census([Candidate(one, f"d{place}") for place, one in enumerate(ids)], Hashing.SHA256)


def test_who_stands_aside_must_be_on_the_list() -> None:
    stranger = replace(RULE, recusals=(Recusal("t-9999999", Ground.CASE, "same_case"),))

    with pytest.raises(RuleInconsistent):
        rules.declare(replace(INTENT, rule=stranger), census(firms(100), Hashing.SHA256), MONDAY_9AM)


@pytest.mark.slow
def test_a_list_that_changed_after_the_declaration_is_refused() -> None:
    pool = census(firms(3000), Hashing.SHA256)
    declaration = rules.declare(INTENT, pool, MONDAY_9AM)

    with pytest.raises(rules.PoolChanged):
        rules.draw(declaration, census(firms(2999), Hashing.SHA256), KEY)


@pytest.mark.slow
@pytest.mark.parametrize("hashing", list(Hashing))
def test_a_stranger_checks_it_with_two_files_and_the_published_list(tmp_path: Path, hashing: Hashing) -> None:
    pool = census(firms(3000), hashing)
    (tmp_path / "verify_draw.py").write_bytes(verifier_source())
    (tmp_path / "verify_census.py").write_bytes(census_verifier_source())
    (tmp_path / "certificate.json").write_bytes(drawn(pool))
    (tmp_path / "list.txt").write_text("".join(pool.listing()), encoding="ascii")

    run = read_alone(tmp_path, "--list", "list.txt")

    assert run.returncode == 0, run.stdout
    assert "3000 个编号与各类相符" in run.stdout
    assert "Level 0" in run.stdout


def test_a_published_list_with_a_firm_too_many_is_found_out(tmp_path: Path) -> None:
    pool = census(firms(300), Hashing.SHA256)
    (tmp_path / "verify_draw.py").write_bytes(verifier_source())
    (tmp_path / "verify_census.py").write_bytes(census_verifier_source())
    (tmp_path / "certificate.json").write_bytes(drawn(pool))
    (tmp_path / "list.txt").write_text("".join(pool.listing()) + "0 t-zzz\n", encoding="ascii")

    run = read_alone(tmp_path, "--list", "list.txt")

    assert run.returncode == 1
    assert "REJECTED at list" in run.stdout


def read_alone(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the reader as a stranger would, outside of every package."""
    command = [sys.executable, "verify_census.py", "certificate.json", *options]
    return subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False, env={})


def test_the_reader_of_short_lists_gives_no_false_verdict_on_a_long_one() -> None:
    with pytest.raises(verify_draw.NoVerdict):
        verify_draw.verify(drawn(census(firms(100), Hashing.SHA256)))


@pytest.mark.slow
def test_a_changed_byte_is_always_found() -> None:
    certificate = drawn(census(firms(700), Hashing.SHA256))
    chance = Random("census bytes")

    for at in chance.sample(range(len(certificate)), 120):
        assert place_of_rejection(certificate[:at] + bytes([certificate[at] ^ 1]) + certificate[at + 1 :]), at


def swapped(certificate: Any) -> None:
    certificate["pool"]["members"][0]["block"][0] = "t-zzzzzzz"


def misplaced(certificate: Any) -> None:
    certificate["pool"]["members"][-1]["place"] += 1


def of_another_kind(certificate: Any) -> None:
    certificate["pool"]["members"][-1]["kind"] = len(certificate["pool"]["kinds"])


def counted_twice(certificate: Any) -> None:
    certificate["pool"]["kinds"][0]["count"] += 1


def seated_by_hand(certificate: Any) -> None:
    certificate["panel"][0] = certificate["pool"]["members"][0]["candidate"] = "t-0000012"


def without_a_path(certificate: Any) -> None:
    next(at for at in certificate["pool"]["members"] if at["path"])["path"] = []


FORGERIES = (swapped, misplaced, of_another_kind, counted_twice, seated_by_hand, without_a_path)


@pytest.mark.parametrize("forge", FORGERIES)
def test_a_forged_place_is_found_out(forge: Any) -> None:
    few_kinds = [replace(firm, last_drawn=None, load=0, fields=("消防",)) for firm in firms(12_000)]
    certificate = json.loads(drawn(census(few_kinds, Hashing.SHA256)))

    forge(certificate)

    assert place_of_rejection(canonical(certificate))


def test_small_samples_of_a_census_are_uniform_over_its_lawful_panels() -> None:
    listed = [Candidate(f"t-{one}", "ab"[one % 2], load=one % 3) for one in range(6)]
    panels = lawful_panels(census(listed, Hashing.SHA256), PanelRule(seats=2, per_department=1))

    every = {
        pair
        for pair in combinations(sorted(f"t-{one}" for one in range(6)), 2)
        if int(pair[0][2:]) % 2 != int(pair[1][2:]) % 2
    }
    assert sorted(panels.at(number) for number in range(panels.count)) == sorted(every)
