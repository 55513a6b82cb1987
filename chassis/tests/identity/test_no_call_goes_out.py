"""A token cannot make us call anybody: the provider's address comes from the settings, and from nowhere else."""

from __future__ import annotations

import json
import socket
from typing import Any

import pytest

from shenguan_chassis.identity import JwksKeys, KeysUnreachable, Powers, TokenPolicy, TokenVerifier, Unauthenticated

POLICY = TokenPolicy("https://id.zichuan.test", "shenguan")


@pytest.mark.parametrize("header", ["jku", "x5u", "kid", "iss", "url", "jwk"])
async def test_an_address_in_a_token_is_not_visited(
    forger: Any, provider: Any, powers: Powers, clock: Any, header: str
) -> None:
    """The forger's server holds a key that would fit; nobody comes to ask for it."""
    provider.answer = json.dumps(forger.key_set()).encode()
    ours = JwksKeys("http://127.0.0.1:9/keys", clock)  # nothing listens there

    with pytest.raises((Unauthenticated, KeysUnreachable)):
        await TokenVerifier(ours, POLICY, powers, clock).verify(forger.token(**{header: provider.url}))

    assert provider.requests == 0


async def test_a_bad_token_is_refused_without_a_socket(
    forger: Any, keys: Any, powers: Powers, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_call(*_: Any, **__: Any) -> None:
        raise AssertionError("somebody was called")

    verifier = TokenVerifier(keys, POLICY, powers, clock)
    monkeypatch.setattr(socket, "getaddrinfo", no_call)
    monkeypatch.setattr(socket.socket, "connect", no_call)

    for token in (
        forger.token(jku="http://example.test/keys"),
        forger.token(kid="http://example.test/keys"),
        forger.token(kid="../../../etc/passwd"),
        forger.token(forger.claims(iss="http://example.test")),
        "a.b.c",
    ):
        with pytest.raises(Unauthenticated):
            await verifier.verify(token)


async def test_a_thousand_requests_with_one_token_cost_one_verification(
    forger: Any, keys: Any, powers: Powers, clock: Any
) -> None:
    verifier, token = TokenVerifier(keys, POLICY, powers, clock), forger.token()
    await verifier.verify(token)

    assert all(verifier.cached(token) for _ in range(1_000))
    assert len(keys.asked) == 1
