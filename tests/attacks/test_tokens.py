"""What if the token is forged? 401 at the door, the same for all, and nothing is asked of the address it names.

The verifier's own table is `chassis/tests/identity/test_token_attacks.py`; these rows go over HTTP.
"""

from __future__ import annotations

import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256
from hmac import digest
from typing import Any

import pytest

from shenguan_chassis.identity import Caller, LocalIssuer
from shenguan_kernel.roles import Role

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]


def _part(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _read(part: str) -> Any:
    return json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def _with(token: str, header: dict[str, Any] | None = None, **claims: Any) -> str:
    """The token with another header or other claims, under the old signature."""
    head, body, signature = token.split(".")
    claims = {name: value for name, value in (_read(body) | claims).items() if value is not ...}
    return f"{_part(_read(head) | (header or {}))}.{_part(claims)}.{signature}"


def _by_shared_secret(token: str, public: bytes) -> str:
    head, body, _ = token.split(".")
    head = _part(_read(head) | {"alg": "HS256"})
    return f"{head}.{body}.{_part(digest(public, f'{head}.{body}'.encode(), 'sha256'))}"


FORGED: dict[str, Callable[[str], str]] = {
    "no algorithm": lambda token: _with(token, {"alg": "none"}).rpartition(".")[0] + ".",
    "a public key as shared secret": lambda token: _by_shared_secret(token, sha256(b"public").digest()),
    "another algorithm": lambda token: _with(token, {"alg": "ES256"}),
    "a key of its own": lambda token: _with(token, {"jwk": {"kty": "OKP", "crv": "Ed25519", "x": "AA"}}),
    "keys from elsewhere": lambda token: _with(token, {"jku": "http://127.0.0.1:9/keys"}),
    "a key id that is a path": lambda token: _with(token, {"kid": "../../../../dev/null"}),
    "a key id that is an address": lambda token: _with(token, {"kid": "http://127.0.0.1:9/"}),
    "a key id that ends a statement": lambda token: _with(token, {"kid": "x' UNION SELECT 1--"}),
    "an unencoded payload": lambda token: _with(token, {"b64": False, "crit": ["b64"]}),
    "another role": lambda token: _with(token, roles=["approver"]),
    "another department": lambda token: _with(token, dept="*"),
    "all departments": lambda token: _with(token, dept="%"),
    "no department": lambda token: _with(token, dept=None),
    "a list of departments": lambda token: _with(token, dept=["fire", "health"]),
    "good for ever": lambda token: _with(token, exp=4102444800),
    "of another issuer": lambda token: _with(token, iss="urn:evil"),
    "for another audience": lambda token: _with(token, aud="evil"),
    "no signature": lambda token: token.rpartition(".")[0] + ".",
    "the signature backwards": lambda token: f"{token.rpartition('.')[0]}.{token.rpartition('.')[2][::-1]}",
    "twice": lambda token: f"{token} {token}",
    "ten thousand letters": lambda token: "a" * 10_000,
    "letters that are none": lambda token: "\xff" * 40,
}


@pytest.mark.parametrize("forgery", FORGED)
async def test_a_forged_token_opens_nothing(target: Any, nothing_written: None, forgery: str) -> None:
    token = target.clerk.headers["Authorization"].removeprefix("Bearer ")
    headers = {"Authorization": b"Bearer " + FORGED[forgery](token).encode("latin-1")}

    answer = await target.house.stranger().get("/cases", headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "cases" not in answer.json()["detail"]


@pytest.mark.parametrize("scheme", ["Basic", "Digest", "bearer:", "Token", ""])
async def test_only_a_bearer_is_believed(target: Any, nothing_written: None, scheme: str) -> None:
    token = target.clerk.headers["Authorization"].removeprefix("Bearer ")

    answer = await target.house.stranger().get("/cases", headers={"Authorization": f"{scheme} {token}"})

    assert answer.status_code == 401


async def test_a_token_of_another_district_opens_nothing(target: Any, nothing_written: None, tmp_path: Any) -> None:
    foreign = LocalIssuer.open(tmp_path, "urn:shenguan:test", "shenguan", target.house.clock.system)
    caller = Caller(person="x", organisation="x", department="bureau", roles=frozenset({Role.APPROVER}))

    answer = await target.house.stranger().get("/cases", headers={"Authorization": f"Bearer {foreign.issue(caller)}"})

    assert answer.status_code == 401


async def test_a_token_in_the_address_is_not_looked_at(target: Any, nothing_written: None) -> None:
    token = target.clerk.headers["Authorization"].removeprefix("Bearer ")

    answer = await target.house.stranger().get("/duties", params={"access_token": token})
    listed = await target.house.stranger().get("/cases", params={"access_token": token})

    assert answer.status_code == 404
    assert listed.status_code == 401


async def test_a_thousand_guesses_take_no_time_from_others(target: Any, nothing_written: None) -> None:
    began = time.perf_counter()

    for number in range(200):
        answer = await target.house.stranger().get("/cases", headers={"Authorization": f"Bearer a.{number}.c"})
        assert answer.status_code == 401

    assert time.perf_counter() - began < 2
