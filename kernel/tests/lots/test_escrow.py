"""What a contributor withholds is opened by two of three custodians; nobody gains a choice by withholding."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from shenguan_kernel.lots import chain, rules
from shenguan_kernel.lots.beacon import MAINNET, QUICKNET, Beacon, BeaconKind, BeaconMalformed
from shenguan_kernel.lots.contribute import BASE, OTHER_BASE, Draw, encode, signature, times
from shenguan_kernel.lots.contributions import Contribution
from shenguan_kernel.lots.declaration import Declaration
from shenguan_kernel.lots.drand import BeaconForged, check_signature
from shenguan_kernel.lots.encoding import Hashing, canonical
from shenguan_kernel.lots.escrow import (
    BASE as SERVICE_BASE,
)
from shenguan_kernel.lots.escrow import (
    OTHER_BASE as SERVICE_OTHER_BASE,
)
from shenguan_kernel.lots.escrow import (
    Context,
    Custodian,
    CustodiansInsufficient,
    Custody,
    Escrow,
    EscrowInconsistent,
    SealedShare,
    check_escrow,
    check_opened,
    check_secret,
    number_from,
    number_of,
    read_escrow,
)
from shenguan_kernel.lots.pool import Candidate, snapshot
from shenguan_kernel.lots.programs import contributor_source
from shenguan_kernel.lots.requirement import PanelRule
from shenguan_kernel.lots.rules import Intent
from shenguan_kernel.lots.vrf import VrfKey

pytestmark = pytest.mark.slow

MONDAY_9AM = datetime(2026, 3, 2, 1, tzinfo=UTC)
KEY = VrfKey(bytes(range(32)))
POOL = snapshot(Candidate(f"e-{number:06d}", "fire") for number in range(1, 30))
SECRETS = {"justice": 1234567, "overseer": 7654321, "records": 5**90}
CUSTODY = Custody(
    tuple(Custodian(name, encode(times(secret, BASE)).hex()) for name, secret in SECRETS.items()),
    give_by="2026-03-02T02:30:00Z",
    open_by="2026-03-02T04:00:00Z",
)
INTENT = Intent(
    "draw-1",
    "survey/1",
    PanelRule(1, 1),
    KEY.public,
    contributors=("bureau", "fire", "water"),
    commit_by=MONDAY_9AM + timedelta(hours=1),
    reveal_by=MONDAY_9AM + timedelta(hours=2),
    escrow=CUSTODY,
)
SECRET = 987654321987654321


@pytest.fixture
def declaration() -> Declaration:
    return rules.declare(INTENT, POOL, MONDAY_9AM)


@pytest.fixture
def desk(declaration: Declaration, tmp_path: Path) -> Draw:
    """The draw as a contributor's own program sees it."""
    file = tmp_path / "declaration.json"
    file.write_bytes(canonical(declaration.as_json()))
    return Draw(str(file))


def context(declaration: Declaration) -> Context:
    return Context(declaration.hashing, declaration.hash(), "fire")


def given(desk: Draw, secret: int = SECRET) -> Escrow:
    return read_escrow(json.dumps(desk.sealed("fire", secret)))


def opened_by(desk: Draw, declaration: Declaration, escrow: Escrow, *names: str) -> bytes:
    """The number that these custodians open together, each share checked."""
    shares = {}
    for name in names:
        place = CUSTODY.place(name)
        assert place is not None
        sealed = json.loads(canonical({"shares": [{"share": one.share} for one in escrow.shares]}))
        told = desk.opened(sealed, "fire", name, SECRETS[name])
        share = SealedShare(told["share"], told["proof"])
        check_opened(context(declaration), (place, CUSTODY.custodians[place - 1].key), escrow.shares[place - 1], share)
        shares[place] = share.share
    return number_from(shares)


def test_service_and_program_use_the_same_points() -> None:
    assert (encode(BASE), encode(OTHER_BASE)) == (SERVICE_BASE, SERVICE_OTHER_BASE)


@pytest.mark.parametrize("names", [("justice", "overseer"), ("justice", "records"), ("overseer", "records")])
def test_any_two_custodians_open_the_number_that_was_committed_to(
    desk: Draw, declaration: Declaration, names: tuple[str, str]
) -> None:
    escrow = given(desk)

    check_escrow(context(declaration), CUSTODY, escrow)

    assert opened_by(desk, declaration, escrow, *names) == encode(times(SECRET, BASE))
    assert number_of(SECRET.to_bytes(32, "little")) == encode(times(SECRET, BASE))


def test_one_custodian_alone_learns_a_point_that_fits_every_number(desk: Draw) -> None:
    escrow = given(desk)

    (only,) = {CUSTODY.place("justice")}

    assert only == 1
    with pytest.raises(ValueError, match="unpack"):
        number_from({1: escrow.shares[0].share})


def spoiled(escrow: Escrow, place: int, **changes: str) -> Escrow:
    shares = [replace(one, **changes) if at == place else one for at, one in enumerate(escrow.shares)]
    return replace(escrow, shares=tuple(shares))


@pytest.mark.parametrize("place", [0, 1, 2])
def test_an_escrow_that_two_custodians_could_not_open_is_refused_on_receipt(
    desk: Draw, declaration: Declaration, place: int
) -> None:
    escrow, other = given(desk), given(desk, SECRET + 1)

    for wrong in (
        spoiled(escrow, place, share=other.shares[place].share),
        spoiled(escrow, place, share=other.shares[place].share, proof=other.shares[place].proof),
        spoiled(escrow, place, share="01" + "00" * 31),
        spoiled(escrow, place, proof="00" * 48),
        spoiled(escrow, place, proof="ff" * 48),
        replace(escrow, shares=escrow.shares[:2]),
    ):
        with pytest.raises(EscrowInconsistent):
            check_escrow(context(declaration), CUSTODY, wrong)


def test_an_escrow_made_for_another_office_or_draw_is_refused(desk: Draw, declaration: Declaration) -> None:
    escrow = given(desk)

    for elsewhere in (
        replace(context(declaration), contributor="water"),
        replace(context(declaration), declared=b"another draw".ljust(32)),
    ):
        with pytest.raises(EscrowInconsistent):
            check_escrow(elsewhere, CUSTODY, escrow)


def test_a_custodian_cannot_open_another_number_than_the_sealed_one(desk: Draw, declaration: Declaration) -> None:
    escrow, other = given(desk), given(desk, SECRET + 1)
    sealed = {"shares": [{"share": one.share} for one in other.shares]}
    told = desk.opened(sealed, "fire", "justice", SECRETS["justice"])

    with pytest.raises(EscrowInconsistent):
        check_opened(
            context(declaration),
            (1, CUSTODY.custodians[0].key),
            escrow.shares[0],
            SealedShare(told["share"], told["proof"]),
        )


def test_only_the_secret_in_escrow_can_be_revealed(desk: Draw) -> None:
    escrow = given(desk)

    check_secret(escrow, SECRET.to_bytes(32, "little"))
    for other in (SECRET + 1, 0, 2**256 - 1):
        with pytest.raises(EscrowInconsistent):
            check_secret(escrow, other.to_bytes(32, "little"))


def panels(declaration: Declaration, secrets: dict[str, int]) -> str:
    """The panel of a draw whose contributors' secrets are these."""
    numbers = {name: encode(times(secret, BASE)) for name, secret in secrets.items()}
    contributions = tuple(
        Contribution(name, chain.commitment(Hashing.SHA256, declaration.hash(), name, number), number)
        for name, number in numbers.items()
    )
    return rules.draw(declaration, POOL, KEY, contributions).panel[0]


def test_colluders_who_withhold_get_the_panel_that_they_would_have_got_by_revealing(
    desk: Draw, declaration: Declaration
) -> None:
    """Two of three collude and hold the VRF key: without escrow each withheld number is a second try."""
    secrets = {"bureau": 11, "fire": SECRET, "water": 13}
    honest = panels(declaration, secrets)
    opened = opened_by(desk, declaration, given(desk), "justice", "records")

    assert opened == encode(times(secrets["fire"], BASE))
    assert panels(declaration, secrets) == honest
    assert len({panels(declaration, {**secrets, "fire": other}) for other in range(1, 30)}) > 10


def test_a_contributor_bound_to_another_number_than_the_escrowed_has_no_outcome_but_the_void(
    desk: Draw, declaration: Declaration
) -> None:
    """A sound escrow of another secret: then neither revealing nor withholding succeeds."""
    bound, escrowed = SECRET, SECRET + 1
    escrow = given(desk, escrowed)
    check_escrow(context(declaration), CUSTODY, escrow)
    promised = desk.commitment("fire", encode(times(bound, BASE)))

    with pytest.raises(EscrowInconsistent):
        check_secret(escrow, bound.to_bytes(32, "little"))
    opened = opened_by(desk, declaration, escrow, "justice", "records")
    assert desk.commitment("fire", opened) != promised


def doubled() -> Custody:
    return replace(CUSTODY, custodians=(CUSTODY.custodians[0],) * 3)


def two() -> Custody:
    return replace(CUSTODY, custodians=CUSTODY.custodians[:2])


def small() -> Custody:
    return replace(CUSTODY, custodians=(*CUSTODY.custodians[:2], Custodian("x", "01" + "00" * 31)))


@pytest.mark.parametrize("custody", [doubled, two, small])
def test_custodians_are_three_different_offices_with_sound_keys(custody: Callable[[], Custody]) -> None:
    with pytest.raises(CustodiansInsufficient):
        custody()


@pytest.mark.parametrize(
    "changed",
    [
        {"give_by": "2026-03-02T02:00:00Z"},
        {"give_by": "2026-03-02T03:00:00Z"},
        {"open_by": "2026-03-02T03:00:00Z"},
    ],
)
def test_escrow_comes_between_commitments_and_reveals_and_opening_after(changed: dict[str, Any]) -> None:
    with pytest.raises(CustodiansInsufficient):
        rules.declare(replace(INTENT, escrow=replace(CUSTODY, **changed)), POOL, MONDAY_9AM)


def test_the_program_signs_a_decline_as_the_service_does() -> None:
    assert signature(bytes(range(32)), b"declined") == KEY.prove(b"declined").hex()


def test_the_program_is_one_file_of_the_standard_library_for_office_custodian_and_expert(
    declaration: Declaration, tmp_path: Path
) -> None:
    program = tmp_path / "contribute.py"
    program.write_bytes(contributor_source())

    def run(*words: str) -> str:
        command = [sys.executable, "-I", "-S", str(program), *words]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=True)
        return done.stdout

    keys = {name: run("custodian", f"{name}.key").split()[2] for name in SECRETS}
    custody = replace(CUSTODY, custodians=tuple(Custodian(name, key) for name, key in keys.items()))
    announced = replace(declaration, escrow=custody)
    (tmp_path / "declaration.json").write_bytes(canonical(announced.as_json()))
    promised = run("number", "declaration.json", "fire").split()[2]
    escrow = read_escrow((tmp_path / "declaration.fire.escrow.json").read_text(encoding="utf-8"))
    shares = {}
    for name in ("overseer", "records"):
        told = json.loads(run("open", "declaration.json", "declaration.fire.escrow.json", "fire", f"{name}.key", name))
        shares[custody.place(name) or 0] = told["share"]

    check_escrow(Context(Hashing.SHA256, announced.hash(), "fire"), custody, escrow)
    assert chain.commitment(Hashing.SHA256, announced.hash(), "fire", number_from(shares)).hex() == promised
    assert (tmp_path / "declaration.fire.number").stat().st_mode & 0o077 == 0
    assert (tmp_path / "justice.key").stat().st_mode & 0o077 == 0


QUICKNET_1000 = "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39"
MAINNET_72785 = (
    "82f5d3d2de4db19d40a6980e8aa37842a0e55d1df06bd68bddc8d60002e8e959eb9cfa368b3c1b77d18f02a54fe047b8"
    "0f0989315f83b12a74fd8679c4f12aae86eaf6ab5690b34f1fddd50ee3cc6f6cdf59e95526d5a5d82aaa84fa6f181e42"
    "a609e19a03c2fcc559e8dae14900aaefe517cb55c840f6e69bc8e4f66c8d18e8a609685d9917efbfb0c37f058c2de88f"
    "13d297c7e19e0ab24813079efe57a182554ff054c7638153f9b26a60e7111f71a0ff63d9571704905d3ca6df0b031747"
)
"""Rounds that drand published, as its own documentation and tests print them."""


@pytest.mark.parametrize(
    ("beacon", "value"),
    [
        (Beacon(BeaconKind.DRAND, QUICKNET, "1000", "2023-08-23T15:59:24Z"), QUICKNET_1000),
        (Beacon(BeaconKind.DRAND, MAINNET, "72785", "2020-08-16T21:49:30Z"), MAINNET_72785),
    ],
)
def test_a_published_round_of_drand_is_believed_and_any_other_value_is_not(beacon: Beacon, value: str) -> None:
    check_signature(beacon, value)

    for place in (0, 50, 95):
        with pytest.raises(BeaconForged):
            check_signature(beacon, value[:place] + ("0" if value[place] != "0" else "1") + value[place + 1 :])
    with pytest.raises(BeaconMalformed):
        check_signature(beacon, value[:-2])


def test_a_signature_of_another_round_is_not_believed() -> None:
    with pytest.raises(BeaconForged):
        check_signature(Beacon(BeaconKind.DRAND, QUICKNET, "1001", "2023-08-23T15:59:27Z"), QUICKNET_1000)
