"""(l) What does a lot cost that anyone can check? Proofs, the reading of a district's certificate, and a million firms.

CPU time of one process: others' work is not in it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from shenguan_chassis.embedded_postgres import EmbeddedPostgres
from shenguan_kernel.lots import rules, verify_draw, vrf
from shenguan_kernel.lots.certificate import assemble
from shenguan_kernel.lots.pool import Candidate, Snapshot, snapshot
from shenguan_kernel.lots.requirement import Minimum, PanelRule, Trait
from shenguan_kernel.lots.vrf import VrfKey

from . import million
from .asking import draws_over_http
from .report import Figure

_KEY = VrfKey(bytes(range(32)))
_MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)
_RULE = PanelRule(seats=3, per_department=1, minimums=(Minimum(Trait.FIELD, "消防", 1),), load_limit=5)
_OFTEN = 200


async def measure(postgres: EmbeddedPostgres) -> list[Figure]:
    """A district of eleven departments with two surveyors each, then a million firms."""
    pool = district()
    certificate = drawn(pool)
    proof = _KEY.prove(b"alpha")
    public, digits = _KEY.public.hex(), proof.hex()
    prove = _ms(lambda: _KEY.prove(b"alpha"), _OFTEN)
    by_service = _ms(lambda: vrf.verify(_KEY.public, b"alpha", proof), _OFTEN)
    by_file = _ms(lambda: verify_draw.vrf_output("$.proof", public, b"alpha", digits), 20)
    read = _ms(lambda: verify_draw.verify(certificate), 20)
    draw = _ms(lambda: drawn(pool), _OFTEN)
    return [
        Figure(part="l", what="ECVRF prove, service", value=prove, unit="ms", target=1.0, sense="at most"),
        Figure(part="l", what="ECVRF verify, service", value=by_service, unit="ms"),
        Figure(part="l", what="ECVRF verify, single file", value=by_file, unit="ms", target=20.0, sense="at most"),
        Figure(part="l", what="district draw, certified", value=draw, unit="ms", note="11 departments, 22 surveyors"),
        Figure(part="l", what="its reading, single file", value=read, unit="ms", target=1000.0, sense="at most"),
        await draws_over_http(postgres),
        *await million.measure(),
    ]


def district() -> Snapshot:
    """Two surveyors for each of eleven departments."""
    return snapshot(
        Candidate(f"e-{one:06d}", f"d{one % 11:02}", ("消防",) if one % 3 == 0 else ("建筑",), ("一级",), one % 4)
        for one in range(1, 23)
    )


def drawn(pool: Snapshot) -> bytes:
    """A certificate at level 0."""
    declaration = rules.declare(rules.Intent("draw-1", "survey/1", _RULE, _KEY.public), pool, _MONDAY)
    return assemble(declaration, pool, rules.draw(declaration, pool, _KEY))


def _ms(work: Callable[[], object], times: int) -> float:
    began = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - began) / times * 1_000
