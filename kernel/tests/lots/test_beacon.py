"""Level 2: a public value that is fixed beforehand by source, round and instant, and written in one way only."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from shenguan_kernel.lots import chain, rules
from shenguan_kernel.lots.beacon import QUICKNET, Beacon, BeaconKind, BeaconMalformed, BeaconUnusable, beacon_bytes
from shenguan_kernel.lots.contributions import Contribution, ContributorsInsufficient
from shenguan_kernel.lots.declaration import Declaration, read_declaration
from shenguan_kernel.lots.pool import Candidate, snapshot
from shenguan_kernel.lots.requirement import PanelRule
from shenguan_kernel.lots.rules import Drawn, Intent
from shenguan_kernel.lots.vrf import VrfKey

MONDAY_9AM = datetime(2026, 3, 2, 1, tzinfo=UTC)
KEY = VrfKey(bytes(range(32)))
POOL = snapshot(Candidate(f"e-{number:06d}", "fire") for number in range(1, 100))
LOTTERY = Beacon(BeaconKind.LOTTERY, "福彩双色球", "2026024", "2026-03-02T13:15:00Z")
INTENT = Intent(
    "draw-1",
    "survey/1",
    PanelRule(2, 2),
    KEY.public,
    contributors=("bureau", "fire", "water"),
    commit_by=MONDAY_9AM + timedelta(hours=1),
    reveal_by=MONDAY_9AM + timedelta(hours=2),
    beacon=LOTTERY,
)


def declared(intent: Intent = INTENT) -> Declaration:
    return rules.declare(intent, POOL, MONDAY_9AM)


def drawn(value: str | None) -> Drawn:
    declaration = declared()
    secrets = {name: name.encode().ljust(32) for name in declaration.contributors}
    given = tuple(
        Contribution(name, chain.commitment(declaration.hashing, declaration.hash(), name, secret), secret)
        for name, secret in secrets.items()
    )
    return rules.draw(declaration, POOL, KEY, given, value)


def test_a_draw_with_contributors_and_a_beacon_is_of_level_two() -> None:
    declaration = declared()

    assert declaration.assurance_level == 2
    assert read_declaration(declaration.as_json()) == declaration


def test_the_public_value_changes_the_seed_although_everybody_here_colludes() -> None:
    assert drawn("3 7 12 20 28 31 9").seed != drawn("3 7 12 20 28 31 10").seed


def test_without_the_declared_value_there_is_no_panel() -> None:
    with pytest.raises(BeaconMalformed):
        drawn(None)


@pytest.mark.parametrize("value", ["03 7", "3  7", "3 7 ", "3,7", "٣", "3\n", "", "ab" * 48])
def test_a_second_spelling_of_a_value_is_refused(value: str) -> None:
    with pytest.raises(BeaconMalformed):
        beacon_bytes(LOTTERY, value)


def test_of_a_drand_round_its_randomness_enters_the_draw() -> None:
    quicknet = Beacon(BeaconKind.DRAND, QUICKNET, "1", "2023-08-23T15:09:27Z")

    assert beacon_bytes(quicknet, "ab" * 48) == sha256(bytes.fromhex("ab" * 48)).digest()
    with pytest.raises(BeaconMalformed):
        beacon_bytes(quicknet, "3 7")


@pytest.mark.parametrize(
    ("source", "number", "due"),
    [
        ("another chain", "1", "2023-08-23T15:09:27Z"),
        (QUICKNET, "2", "2023-08-23T15:09:27Z"),
        (QUICKNET, "01", "2023-08-23T15:09:27Z"),
        (QUICKNET, "", "2023-08-23T15:09:27Z"),
        (QUICKNET, "9" * 30, "2023-08-23T15:09:27Z"),
    ],
)
def test_a_drand_round_has_one_instant_and_one_spelling(source: str, number: str, due: str) -> None:
    with pytest.raises(BeaconUnusable):
        Beacon(BeaconKind.DRAND, source, number, due)


def test_a_value_that_may_be_known_before_the_last_reveal_is_no_beacon() -> None:
    with pytest.raises(BeaconUnusable):
        declared(replace(INTENT, beacon=replace(LOTTERY, due="2026-03-02T03:00:00Z")))


def test_a_beacon_alone_is_no_level() -> None:
    with pytest.raises(ContributorsInsufficient):
        declared(replace(INTENT, contributors=(), commit_by=None, reveal_by=None))


def test_commitments_cannot_be_due_before_the_declaration() -> None:
    with pytest.raises(ContributorsInsufficient):
        declared(replace(INTENT, commit_by=MONDAY_9AM))
