"""Seats given anew: uniform among lawful successors, blind to who left and why, and each held by its own proof."""

import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from shenguan_kernel.lots import chain, rules, verify_draw
from shenguan_kernel.lots.certificate import assemble
from shenguan_kernel.lots.encoding import canonical
from shenguan_kernel.lots.pool import Candidate, Snapshot, snapshot
from shenguan_kernel.lots.programs import verifier_source
from shenguan_kernel.lots.replacements import (
    Departure,
    Ground,
    NobodyToReplace,
    NotSeated,
    SignatureMismatch,
    grown,
    replace_member,
    seating,
    successors,
)
from shenguan_kernel.lots.requirement import Minimum, PanelRule, Trait
from shenguan_kernel.lots.rules import Intent, VrfKeyChanged
from shenguan_kernel.lots.vrf import VrfKey

MONDAY_9AM = datetime(2026, 3, 2, 1, tzinfo=UTC)
KEY = VrfKey(bytes(range(32)))
EXPERT = VrfKey(b"an expert's own secret, 32 bytes")
RULE = PanelRule(seats=2, per_department=1, minimums=(Minimum(Trait.FIELD, "消防", 1),))
_MEMBERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("fire", ("消防",)),
    ("fire", ("消防",)),
    ("housing", ()),
    ("water", ()),
    ("health", ("消防",)),
    ("market", ()),
)
POOL = snapshot(
    Candidate(f"e-{number:06d}", department, fields=fields, key=EXPERT.public.hex())
    for number, (department, fields) in enumerate(_MEMBERS, start=1)
)
CRITICAL_CHI_SQUARE = 38.3
"""6 degrees of freedom, α = 1e-6."""


def drawn(name: str = "draw-1", pool: Snapshot = POOL, rule: PanelRule = RULE) -> str:
    declaration = rules.declare(Intent(name, "survey/1", rule, KEY.public), pool, MONDAY_9AM)
    return assemble(declaration, pool, rules.draw(declaration, pool, KEY)).decode()


def left(certificate: str, candidate: str, ground: Ground = Ground.NO_SHOW) -> str:
    return grown(certificate, replace_member(seating(certificate), Departure(candidate, ground), KEY)).decode()


def place_of_rejection(certificate: str) -> str:
    with pytest.raises(verify_draw.Rejected) as rejection:
        verify_draw.verify(certificate.encode())
    return str(rejection.value).partition(": ")[0]


def test_replacements_keep_the_panel_lawful_and_seat_nobody_twice() -> None:
    certificate, seen = drawn(), set[str]()

    for _ in range(3):
        leaving = seating(certificate).standing[0]
        certificate = left(certificate, leaving)
        seen.add(leaving)

        members = [one for one in POOL.candidates if one.id in seating(certificate).standing]
        assert len({one.department for one in members}) == len(members) == RULE.seats
        assert any("消防" in one.fields for one in members)
        assert not seen & set(seating(certificate).standing)
        assert len(verify_draw.verify(certificate.encode())[1]) == 3


@pytest.mark.slow
def test_a_replacement_is_uniform_among_the_lawful_successors_also_the_second_one() -> None:
    pool = snapshot(Candidate(f"e-{number:06d}", "fire") for number in range(1, 8))
    first, second = Counter[str](), Counter[str]()

    for number in range(2_000):
        certificate = drawn(f"draw-{number}", pool, PanelRule(1, 1))
        for counted in (first, second):
            certificate = left(certificate, seating(certificate).standing[0])
            counted[seating(certificate).standing[0]] += 1

    for counted in (first, second):
        expected = 2_000 / 7
        assert sum((times - expected) ** 2 / expected for times in counted.values()) < CRITICAL_CHI_SQUARE
        assert set(counted) == {one.id for one in pool.candidates}


def test_who_left_and_why_does_not_enter_the_randomness() -> None:
    seated = seating(drawn())
    signed = KEY.prove(chain.replacement_alpha(seated.announcement.declaration.hashing, seated.declared, 1)).hex()

    proofs = {
        replace_member(seated, Departure(candidate, ground), KEY).proof
        for candidate in seated.standing
        for ground in Ground
    }

    assert proofs == {signed}


def test_a_decline_signed_by_the_expert_is_checked_by_service_and_verifier() -> None:
    seated = seating(drawn())
    leaving = seated.standing[0]
    signature = EXPERT.prove(chain.decline(seated.announcement.declaration.hashing, seated.declared, leaving)).hex()

    record = replace_member(seated, Departure(leaving, Ground.DECLINED, signature), KEY)
    certificate = grown(drawn(), record).decode()

    assert len(verify_draw.verify(certificate.encode())[1]) == 3
    forged = certificate.replace(signature, KEY.prove(b"another").hex())
    assert place_of_rejection(forged) == "$.replacements.0.signature"


@pytest.mark.parametrize("of_another", ["signature", "ground", "expert"])
def test_a_signature_that_is_not_the_experts_own_for_this_draw_is_refused(of_another: str) -> None:
    seated = seating(drawn())
    leaving = seated.standing[0]
    said = chain.decline(seated.announcement.declaration.hashing, seated.declared, leaving)
    signer = KEY if of_another == "signature" else EXPERT
    ground = Ground.NO_SHOW if of_another == "ground" else Ground.DECLINED
    pool = Snapshot(tuple(replace(one, key=None) for one in POOL.candidates)) if of_another == "expert" else POOL
    seated = replace(seated, announcement=replace(seated.announcement, pool=pool))

    with pytest.raises(SignatureMismatch):
        replace_member(seated, Departure(leaving, ground, signer.prove(said).hex()), KEY)


def test_nobody_is_replaced_who_is_not_seated_or_by_another_key() -> None:
    seated = seating(drawn())
    outside = next(one.id for one in POOL.candidates if one.id not in seated.standing)

    with pytest.raises(NotSeated):
        replace_member(seated, Departure(outside, Ground.NO_SHOW), KEY)
    with pytest.raises(VrfKeyChanged):
        replace_member(seated, Departure(seated.standing[0], Ground.NO_SHOW), EXPERT)


def test_where_no_successor_keeps_the_panel_lawful_the_seat_is_not_given() -> None:
    pool = snapshot([Candidate("e-000001", "fire", ("消防",)), Candidate("e-000002", "water")])
    seated = seating(drawn(pool=pool))

    assert successors(seated, "e-000001") == ()
    with pytest.raises(NobodyToReplace):
        replace_member(seated, Departure("e-000001", Ground.NO_SHOW), KEY)


def test_a_successor_other_than_the_one_drawn_is_found_out_even_if_every_hash_is_made_anew() -> None:
    certificate = json.loads(left(drawn(), seating(drawn()).standing[0]))
    record = certificate["replacements"][0]
    others = [one.id for one in POOL.candidates if one.id not in {*certificate["panel"], record["replacement"]}]

    for other in others:
        record["replacement"] = other
        held = {name: value for name, value in record.items() if name != "head"}
        record["head"] = verify_draw.tagged(
            "sha256", "replaced", bytes.fromhex(certificate["seed"]), canonical(held)
        ).hex()
        assert place_of_rejection(canonical(certificate).decode()) == "$.replacements.0.replacement"


def test_a_hidden_replacement_is_found_by_the_chain() -> None:
    certificate = drawn()
    for _ in range(2):
        certificate = left(certificate, seating(certificate).standing[0])
    forged = json.loads(certificate)
    del forged["replacements"][0]

    assert place_of_rejection(canonical(forged).decode()).startswith("$.replacements.0.")


def test_the_verifier_prints_every_replacement_and_the_file_it_grew_from(tmp_path: Path) -> None:
    before = drawn()
    leaving = seating(before).standing[0]
    certificate = left(before, leaving)
    program, file = tmp_path / "verify_draw.py", tmp_path / "certificate.json"
    program.write_bytes(verifier_source())
    file.write_text(certificate, encoding="utf-8")

    command = [sys.executable, "-I", str(program), str(file)]
    run = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True, timeout=60)

    hashed = sha256(before.encode()).hexdigest()
    assert f"{leaving} no_show → {seating(certificate).replacements[0].replacement}" in run.stdout
    assert hashed in run.stdout
