"""A forger of tokens, an identity provider behind a real socket, a system clock that stands where a test puts it."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from shenguan_chassis.identity import Powers, TokenPolicy, TokenVerifier, VerifyingKey
from shenguan_chassis.identity.keys import verifying_keys

NOON = datetime(2026, 4, 1, 4, tzinfo=UTC)
POLICY = TokenPolicy(issuer="https://id.zichuan.test", audience="shenguan")
POWERS = Powers(known=frozenset({"inspector", "liaison_officer", "window_clerk"}))


@dataclass
class SystemClock:
    """Stands still until moved."""

    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at

    def forward(self, by: timedelta) -> None:
        self.at += by


@dataclass
class KnownKeys:
    """The keys of a provider that a test holds in its hand; counts who asks."""

    keys: dict[str, VerifyingKey]
    asked: list[str] = field(default_factory=list)

    async def find(self, kid: str) -> VerifyingKey | None:
        self.asked.append(kid)
        return self.keys.get(kid)


def _part(value: Any) -> bytes:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return urlsafe_b64encode(raw).rstrip(b"=")


@dataclass
class Forger:
    """Holds the provider's private keys and signs whatever it is told, lawful or not."""

    ed: OKPKey
    ec: ECKey
    rsa: RSAKey

    def claims(self, **changes: Any) -> dict[str, Any]:
        """Lawful claims, changed; a change to `...` leaves the claim out."""
        now = int(NOON.timestamp())
        lawful = {
            "iss": POLICY.issuer,
            "aud": POLICY.audience,
            "sub": "zhang.san",
            "org": "11370302004216167U",
            "dept": "fire",
            "roles": ["inspector"],
            "jti": "token-1",
            "iat": now,
            "nbf": now,
            "exp": now + 3600,
        }
        return {name: value for name, value in {**lawful, **changes}.items() if value is not ...}

    def token(self, claims: Any = None, key: Key | None = None, alg: str = "Ed25519", **header: Any) -> str:
        """A token with a right signature over whatever is in it; a header of `...` is left out."""
        key = key or self.ed
        full = {"alg": alg, "typ": "at+jwt", "kid": key.kid, **header}
        return self.signed({name: value for name, value in full.items() if value is not ...}, claims, key, alg)

    def signed(self, header: Any, claims: Any, key: Key, alg: str) -> str:
        """The same with a header given whole."""
        text = _part(header) + b"." + _part(self.claims() if claims is None else claims)
        return (text + b"." + _part(JWSRegistry.algorithms[alg].sign(text, key))).decode()

    def with_signature(self, header: dict[str, Any], signature: bytes) -> str:
        """Lawful claims under a header and a signature of one's own making."""
        text = _part(header) + b"." + _part(self.claims())
        return (text + b"." + _part(signature)).decode()

    def hmac_with(self, secret: bytes, kid: str | None) -> str:
        """A public key passed off as a shared secret."""
        text = _part({"alg": "HS256", "typ": "at+jwt", "kid": kid}) + b"." + _part(self.claims())
        return (text + b"." + _part(hmac.digest(secret, text, hashlib.sha256))).decode()

    def key_set(self) -> dict[str, Any]:
        """The public halves."""
        return {"keys": [key.as_dict(private=False) for key in (self.ed, self.ec, self.rsa)]}


@dataclass
class Provider:
    """An HTTP server on a loopback port that answers with `answer` and counts its requests."""

    url: str = ""
    answer: bytes = b"{}"
    status: int = 200
    location: str = ""
    requests: int = 0
    arrived: threading.Event = field(default_factory=threading.Event)
    hold: threading.Event = field(default_factory=threading.Event)


@pytest.fixture(scope="session")
def forger() -> Forger:
    return Forger(
        ed=OKPKey.generate_key("Ed25519", auto_kid=True),
        ec=ECKey.generate_key("P-256", auto_kid=True),
        rsa=RSAKey.generate_key(2048, auto_kid=True),
    )


@pytest.fixture
def clock() -> SystemClock:
    return SystemClock()


@pytest.fixture
def powers() -> Powers:
    return POWERS


@pytest.fixture
def keys(forger: Forger) -> KnownKeys:
    return KnownKeys(verifying_keys(forger.key_set()["keys"]))


@pytest.fixture
def verifier(keys: KnownKeys, clock: SystemClock) -> TokenVerifier:
    return TokenVerifier(keys, POLICY, POWERS, clock)


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    state = Provider()
    state.hold.set()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.requests += 1
            state.arrived.set()
            state.hold.wait(10)
            self.send_response(state.status)
            if state.location:
                self.send_header("Location", state.location)
            self.send_header("Content-Length", str(len(state.answer)))
            self.end_headers()
            self.wfile.write(state.answer)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 the base class names it
            """Silence: the test's own output matters."""

    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        state.url = f"http://127.0.0.1:{server.server_port}/keys"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield state
        state.hold.set()
        server.shutdown()
        thread.join()
