"""What does a token cost? The first time its signature, then a hash and a look. CPU time: others' work is not in it."""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory

from shenguan_chassis.clock import RealClock
from shenguan_chassis.identity import Caller, LocalIssuer, TokenPolicy, TokenVerifier
from shenguan_kernel.powers import POWERS
from shenguan_kernel.roles import Role

from .report import Figure

_PEOPLE, _CALLS = 1_000, 10
"""Fewer calls per token than a person makes in the five minutes that it is remembered."""
_POLICY = TokenPolicy("urn:shenguan:bench", "shenguan")


async def measure() -> list[Figure]:
    """A thousand people, ten calls each."""
    with TemporaryDirectory(prefix="shenguan-tokens-") as folder:
        clock = RealClock()
        issuer = LocalIssuer.open(Path(folder), _POLICY.issuer, _POLICY.audience, clock.system)
        tokens = [issuer.issue(_caller(number)) for number in range(_PEOPLE)]
        verifier = TokenVerifier(issuer, _POLICY, POWERS, clock.system)
        began = time.process_time()
        for token in tokens:
            await verifier.verify(token)
        known = time.process_time()
        for _ in range(_CALLS - 1):
            for token in tokens:
                verifier.cached(token)
        ended = time.process_time()
    return [
        Figure(part="h", what="token, first call", value=_ms(known - began, _PEOPLE), unit="ms"),
        Figure(part="h", what="token, remembered", value=_ms(ended - known, _PEOPLE * (_CALLS - 1)), unit="ms"),
        Figure(
            part="h",
            what=f"token, amortised over {_CALLS} calls",
            value=_ms(ended - began, _PEOPLE * _CALLS),
            unit="ms",
            target=0.1,
            sense="at most",
        ),
    ]


def _caller(number: int) -> Caller:
    return Caller(person=f"p-{number}", organisation="bench", department="fire", roles=frozenset({Role.INSPECTOR}))


def _ms(seconds: float, calls: int) -> float:
    return seconds / calls * 1_000
