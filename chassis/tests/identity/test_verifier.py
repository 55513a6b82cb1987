"""令牌: what a lawful token says is believed, for as long as it says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shenguan_chassis.identity import Caller, Powers, TokenPolicy, TokenVerifier, Unauthenticated, Why


async def test_a_token_says_who_asks_for_whom_and_as_what(forger: Any, verifier: TokenVerifier) -> None:
    token = forger.token(forger.claims(name="张三", roles=["inspector", "liaison_officer"]))

    assert await verifier.verify(token) == Caller(
        person="zhang.san",
        name="张三",
        organisation="11370302004216167U",
        department="fire",
        roles=frozenset({"inspector", "liaison_officer"}),
        token_id="token-1",
    )


@pytest.mark.parametrize(("key", "alg"), [("ed", "Ed25519"), ("ec", "ES256"), ("rsa", "RS256")])
@pytest.mark.parametrize("typ", ["at+jwt", "application/at+jwt", "JWT", "jwt"])
async def test_each_kind_of_key_verifies_with_its_own_algorithm(
    forger: Any, verifier: TokenVerifier, key: str, alg: str, typ: str
) -> None:
    caller = await verifier.verify(forger.token(key=getattr(forger, key), alg=alg, typ=typ))

    assert caller.person == "zhang.san"


async def test_the_former_name_of_ed25519_is_understood(forger: Any, verifier: TokenVerifier) -> None:
    header = {"alg": "EdDSA", "typ": "JWT", "kid": forger.ed.kid}

    assert await verifier.verify(forger.signed(header, None, forger.ed, "Ed25519"))


async def test_who_belongs_to_no_department_has_none(forger: Any, verifier: TokenVerifier) -> None:
    caller = await verifier.verify(forger.token(forger.claims(dept=...)))

    assert caller.department is None


async def test_a_token_may_be_meant_for_several(forger: Any, verifier: TokenVerifier) -> None:
    assert await verifier.verify(forger.token(forger.claims(aud=["other", "shenguan"])))


async def test_unknown_claims_and_a_thumbprint_are_no_reason_to_refuse(forger: Any, verifier: TokenVerifier) -> None:
    token = forger.token(forger.claims(preferred_username="x", acr={"deep": [1]}), x5t="abc")

    assert await verifier.verify(token)


async def test_thirty_seconds_of_a_slow_clock_are_forgiven(forger: Any, verifier: TokenVerifier, clock: Any) -> None:
    early, late = forger.token(forger.claims(jti="early")), forger.token(forger.claims(jti="late"))

    clock.forward(timedelta(seconds=-30))
    assert await verifier.verify(early)
    clock.forward(timedelta(seconds=30 + 3600 + 29))
    assert await verifier.verify(late)


async def test_a_token_believed_once_is_believed_without_asking_again(
    forger: Any, verifier: TokenVerifier, keys: Any
) -> None:
    token = forger.token()
    assert verifier.cached(token) is None

    caller = await verifier.verify(token)

    assert verifier.cached(token) is caller
    assert await verifier.verify(token) is caller
    assert keys.asked == [forger.ed.kid]


async def test_what_was_refused_is_not_remembered(forger: Any, verifier: TokenVerifier) -> None:
    token = forger.token(forger.claims(aud="other"))

    with pytest.raises(Unauthenticated):
        await verifier.verify(token)

    assert verifier.cached(token) is None


async def test_a_remembered_token_still_expires(forger: Any, verifier: TokenVerifier, clock: Any) -> None:
    token = forger.token(forger.claims(exp=int(clock().timestamp()) + 60))
    await verifier.verify(token)

    clock.forward(timedelta(seconds=60 + 30))

    assert verifier.cached(token) is None
    with pytest.raises(Unauthenticated) as refusal:
        await verifier.verify(token)
    assert refusal.value.why is Why.EXPIRED


async def test_a_withdrawn_key_is_noticed_within_minutes(
    forger: Any, verifier: TokenVerifier, keys: Any, clock: Any
) -> None:
    token = forger.token()
    await verifier.verify(token)
    keys.keys.clear()

    clock.forward(timedelta(minutes=5))

    with pytest.raises(Unauthenticated) as refusal:
        await verifier.verify(token)
    assert refusal.value.why is Why.KEY_UNKNOWN


async def test_the_least_lately_asked_is_forgotten_first(forger: Any, keys: Any, powers: Powers, clock: Any) -> None:
    verifier = TokenVerifier(keys, TokenPolicy("https://id.zichuan.test", "shenguan", remembered=2), powers, clock)
    first, second, third = (forger.token(forger.claims(jti=f"token-{n}")) for n in range(3))

    await verifier.verify(first)
    await verifier.verify(second)
    verifier.cached(first)
    await verifier.verify(third)

    assert [verifier.cached(token) is not None for token in (first, second, third)] == [True, False, True]
