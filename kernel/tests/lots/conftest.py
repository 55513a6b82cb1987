"""A district pool and certificates of it: one at level 0, one at level 1 by SM3 with two earlier attempts."""

from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shenguan_kernel.lots import chain, rules
from shenguan_kernel.lots.beacon import QUICKNET, Beacon, BeaconKind
from shenguan_kernel.lots.certificate import assemble
from shenguan_kernel.lots.contributions import Contribution
from shenguan_kernel.lots.declaration import EarlierAttempt, Outcome
from shenguan_kernel.lots.encoding import Hashing, canonical, tagged
from shenguan_kernel.lots.escrow import Custodian, Custody
from shenguan_kernel.lots.pool import Candidate, snapshot
from shenguan_kernel.lots.replacements import Departure, Ground, grown, replace_member, seating, successors
from shenguan_kernel.lots.requirement import Ground as Recused
from shenguan_kernel.lots.requirement import Minimum, PanelRule, Recusal, Trait
from shenguan_kernel.lots.rules import Intent
from shenguan_kernel.lots.vrf import VrfKey

MONDAY_9AM = datetime(2026, 3, 2, 1, tzinfo=UTC)
KEY = VrfKey(bytes(range(32)))
DEPARTMENTS = (
    "agriculture",
    "civil-affairs",
    "culture",
    "education",
    "emergency",
    "fire",
    "health",
    "housing",
    "market",
    "transport",
    "water",
)
POOL = snapshot(
    Candidate(
        id=f"e-{number:06d}",
        department=DEPARTMENTS[number % len(DEPARTMENTS)],
        fields=("消防",) if number % 3 else ("建筑", "消防"),
        qualifications=("一级",) if number % 4 == 0 else (),
        load=number % 4,
        last_drawn=f"2026-02-{number:02}" if number % 4 else None,
        excluded="suspended" if number == 7 else None,
        key=VrfKey(bytes([number]) * 32).public.hex() if number % 2 else None,
    )
    for number in range(1, 23)
)
RULE = PanelRule(
    seats=3,
    per_department=1,
    minimums=(Minimum(Trait.QUALIFICATION, "一级", 1), Minimum(Trait.DEPARTMENT, "fire", 1)),
    excluded_departments=("education",),
    recusals=(Recusal("e-000004", Recused.RELATIONSHIP, "kinship"),),
    load_limit=3,
    cooling_off="2026-02-21",
)
INTENT = Intent(draw="draw-1", purpose="survey/1", rule=RULE, vrf_key=KEY.public)
EARLIER = (
    EarlierAttempt("00" * 32, Outcome.COMPLETED, panel=("e-000001", "e-000005"), certificate="11" * 32),
    EarlierAttempt("22" * 32, Outcome.VOIDED, reason="有人公开了不符的随机数"),
)


@pytest.fixture
def certificate() -> bytes:
    """Level 0, SHA-256, first attempt."""
    declaration = rules.declare(INTENT, POOL, MONDAY_9AM)
    return assemble(declaration, POOL, rules.draw(declaration, POOL, KEY))


@pytest.fixture
def open_certificate() -> bytes:
    """Level 1, SM3, third attempt."""
    intent = replace(
        INTENT,
        hashing=Hashing.SM3,
        earlier=EARLIER,
        contributors=("bureau", "fire", "water"),
        commit_by=MONDAY_9AM + timedelta(hours=1),
        reveal_by=MONDAY_9AM + timedelta(hours=2),
    )
    return drawn_openly(intent, None)


@pytest.fixture
def beacon_certificate() -> bytes:
    """Level 2, SHA-256, first attempt, a round of drand."""
    intent = replace(
        INTENT,
        contributors=("bureau", "fire", "water"),
        commit_by=MONDAY_9AM + timedelta(hours=1),
        reveal_by=MONDAY_9AM + timedelta(hours=2),
        beacon=Beacon(BeaconKind.DRAND, QUICKNET, "26540212", "2026-03-02T04:00:00Z"),
    )
    return drawn_openly(intent, "5a" * 48)


@pytest.fixture
def grown_certificate() -> bytes:
    """Level 1 with escrow and the pool's context; then a signed decline and a no-show."""
    context: dict[str, Any] = {
        "format": "shenguan-pool/1", "pool": "survey", "frozen_at": "2026-03-02T01:00:00Z",
        "list": asdict(rules.commitment_of(Hashing.SHA256, POOL)), "previous": "33" * 32,
        "joined": ["e-000003"], "left": ["e-000040"], "changed": [], "sub_lists": [a_sub_list()],
    }  # fmt: skip
    custodians = [Custodian(f"custodian-{n}", VrfKey(bytes([99, n]) * 16).public.hex()) for n in range(3)]
    intent = replace(
        INTENT,
        rule=replace(RULE, cooling_off=None, excluded_departments=()),
        contributors=("bureau", "fire", "water"),
        commit_by=MONDAY_9AM + timedelta(hours=1),
        reveal_by=MONDAY_9AM + timedelta(hours=2),
        escrow=Custody(tuple(custodians), give_by="2026-03-02T02:30:00Z", open_by="2026-03-02T04:00:00Z"),
        snapshot=chain.context_digest(context).hex(),
    )
    text = drawn_openly(intent, None, context).decode()
    signer = next(one for one in POOL.candidates if one.key and one.id in seating(text).standing)
    said = chain.decline(Hashing.SHA256, seating(text).declared, signer.id)
    signature = VrfKey(bytes([int(signer.id[2:])]) * 32).prove(said).hex()
    text = after(text, Departure(signer.id, Ground.DECLINED, signature))
    absent = next(one for one in seating(text).standing if successors(seating(text), one))
    return after(text, Departure(absent, Ground.NO_SHOW)).encode()


def a_sub_list() -> dict[str, Any]:
    """What one department named for the list, confirmed by a second of its people."""
    members = [{"id": "e-000003", "fields": ["建筑", "消防"], "qualifications": []}]
    document = {
        "format": "shenguan-sub-list/1", "window": "w-1", "department": "education",
        "pool": "survey", "members": members,
    }  # fmt: skip
    digest = tagged(Hashing.SHA256, "sub-list", canonical(document)).hex()
    return {"document": document, "digest": digest, "confirmed": "identity", "key": None, "signature": None}


def after(certificate: str, leaving: Departure) -> str:
    """The certificate once a seat was given anew."""
    return grown(certificate, replace_member(seating(certificate), leaving, KEY)).decode()


def drawn_openly(intent: Intent, value: str | None, context: dict[str, Any] | None = None) -> bytes:
    """The certificate of a draw whose contributors all revealed what they had committed to."""
    declaration = rules.declare(intent, POOL, MONDAY_9AM)
    given = []
    for place, name in enumerate(declaration.contributors):
        secret = bytes([place]) * 32
        commitment = chain.commitment(declaration.hashing, declaration.hash(), name, secret)
        given.append(Contribution(name, commitment, secret))
    return assemble(declaration, POOL, rules.draw(declaration, POOL, KEY, tuple(given), value), intent.earlier, context)
