"""JWKS: the keys of a provider behind a real socket, asked rarely, kept while it is silent."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest

from shenguan_chassis.identity import JwksKeys, KeysUnreachable, Powers, TokenPolicy, TokenVerifier, Unauthenticated

HUGE = b'{"keys": []' + b" " * (1 << 20) + b"}"
POLICY = TokenPolicy("https://id.zichuan.test", "shenguan")


@pytest.fixture
def source(provider: Any, forger: Any, clock: Any) -> JwksKeys:
    provider.answer = json.dumps(forger.key_set()).encode()
    return JwksKeys(provider.url, clock)


@pytest.fixture
def verifier(source: JwksKeys, powers: Powers, clock: Any) -> TokenVerifier:
    return TokenVerifier(source, POLICY, powers, clock)


@pytest.mark.parametrize(("key", "alg"), [("ed", "Ed25519"), ("ec", "ES256"), ("rsa", "RS256")])
async def test_a_token_is_verified_with_the_keys_of_the_provider(
    verifier: TokenVerifier, forger: Any, key: str, alg: str
) -> None:
    assert await verifier.verify(forger.token(key=getattr(forger, key), alg=alg))


async def test_many_tokens_at_once_ask_once(verifier: TokenVerifier, forger: Any, provider: Any) -> None:
    tokens = [forger.token(forger.claims(jti=f"token-{n}")) for n in range(20)]

    await asyncio.gather(*map(verifier.verify, tokens))

    assert provider.requests == 1


async def test_unknown_ids_do_not_make_us_ask_more_often(
    verifier: TokenVerifier, forger: Any, provider: Any, clock: Any
) -> None:
    for n in range(20):
        with pytest.raises(Unauthenticated):
            await verifier.verify(forger.token(kid=f"unknown-{n}"))
    assert provider.requests == 1

    clock.forward(timedelta(seconds=10))
    with pytest.raises(Unauthenticated):
        await verifier.verify(forger.token(kid="unknown"))
    assert provider.requests == 2


async def test_a_new_key_of_the_provider_is_found(source: JwksKeys, provider: Any, forger: Any, clock: Any) -> None:
    provider.answer = json.dumps({"keys": forger.key_set()["keys"][1:]}).encode()
    assert await source.find(forger.ed.kid) is None

    provider.answer = json.dumps(forger.key_set()).encode()
    clock.forward(timedelta(seconds=10))

    assert await source.find(forger.ed.kid) is not None


async def test_a_withdrawn_key_is_dropped_when_the_set_is_old(
    source: JwksKeys, provider: Any, forger: Any, clock: Any
) -> None:
    assert await source.find(forger.ed.kid)
    provider.answer = b'{"keys": []}'

    clock.forward(timedelta(minutes=10))

    assert await source.find(forger.ed.kid) is None


async def test_while_the_provider_is_silent_the_old_keys_hold(
    source: JwksKeys, provider: Any, forger: Any, clock: Any
) -> None:
    assert await source.find(forger.ed.kid)
    provider.status = 500

    clock.forward(timedelta(hours=5))

    assert await source.find(forger.ed.kid)
    with pytest.raises(KeysUnreachable):
        await source.find("unknown")


async def test_while_one_waits_for_the_provider_others_go_on_with_the_old_keys(
    source: JwksKeys, provider: Any, forger: Any, clock: Any
) -> None:
    assert await source.find(forger.ed.kid)
    clock.forward(timedelta(hours=5))
    provider.hold.clear()
    provider.arrived.clear()

    waits = asyncio.create_task(source.find("unknown"))
    assert await asyncio.to_thread(provider.arrived.wait, 5)
    assert await source.find(forger.ed.kid)

    assert not waits.done()
    provider.hold.set()
    assert await waits is None


@pytest.mark.parametrize(
    "answer",
    [b"", b"{}", b"[]", b'{"keys": 1}', b'{"keys": [1]}', b"<html>", HUGE, b"[" * 100_000],
    ids=lambda answer: f"{answer[:12]!r}-{len(answer)}",
)
async def test_an_answer_that_is_no_key_set_is_a_failure_of_the_provider(
    source: JwksKeys, provider: Any, answer: bytes
) -> None:
    provider.answer = answer

    with pytest.raises(KeysUnreachable) as refusal:
        await source.find("any")

    assert refusal.value.status == 503


async def test_a_redirect_is_not_followed(source: JwksKeys, provider: Any, forger: Any) -> None:
    provider.status, provider.location = 302, provider.url

    with pytest.raises(KeysUnreachable):
        await source.find(forger.ed.kid)

    assert provider.requests == 1


async def test_a_provider_that_is_not_there_is_unreachable_and_then_found(
    provider: Any, forger: Any, clock: Any
) -> None:
    source = JwksKeys("http://127.0.0.1:9/keys", clock)

    with pytest.raises(KeysUnreachable):
        await source.find(forger.ed.kid)
