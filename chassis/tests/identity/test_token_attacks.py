"""令牌攻击: each forged or misused token is refused for its own reason, and no key but the provider's is ever asked."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc.jwk import ECKey, OKPKey, RSAKey

from shenguan_chassis.identity import TokenVerifier, Unauthenticated, Why
from shenguan_chassis.identity.keys import verifying_keys

NOON = datetime(2026, 4, 1, 4, tzinfo=UTC)
OTHER_ED = OKPKey.generate_key("Ed25519")
OTHER_EC = ECKey.generate_key("P-256")
OTHER_RSA = RSAKey.generate_key(2048)


async def why_refused(verifier: TokenVerifier, token: str) -> Why:
    with pytest.raises(Unauthenticated) as refusal:
        await verifier.verify(token)
    assert verifier.cached(token) is None
    return refusal.value.why


def test_a_refusal_is_a_401_with_a_stable_reason_and_chinese_advice() -> None:
    refusal = Unauthenticated(Why.EXPIRED)

    assert (refusal.status, refusal.code, refusal.facts) == (401, "unauthenticated", {"reason": "token_expired"})
    assert "重新取得令牌" in str(refusal)


@pytest.mark.parametrize("alg", ["none", "None", "nOnE", "", "HS256", "PS256", "RS256", "ES256", "ES384", "Ed448", "x"])
async def test_the_token_does_not_choose_the_algorithm(forger: Any, verifier: TokenVerifier, alg: str) -> None:
    header = {"alg": alg, "typ": "at+jwt", "kid": forger.ed.kid}

    assert await why_refused(verifier, forger.signed(header, None, forger.ed, "Ed25519")) is Why.ALGORITHM_NOT_ALLOWED
    assert await why_refused(verifier, forger.with_signature(header, b"")) is Why.ALGORITHM_NOT_ALLOWED


@pytest.mark.parametrize("encoding", [Encoding.PEM, Encoding.DER])
@pytest.mark.parametrize("key", ["rsa", "ec", "ed"])
async def test_a_public_key_is_no_shared_secret(
    forger: Any, verifier: TokenVerifier, key: str, encoding: Encoding
) -> None:
    public = getattr(forger, key)
    secret = public.public_key.public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo)

    assert await why_refused(verifier, forger.hmac_with(secret, public.kid)) is Why.ALGORITHM_NOT_ALLOWED


@pytest.mark.parametrize(
    "header",
    [
        {"jku": "http://127.0.0.1:9/keys"},
        {"x5u": "http://127.0.0.1:9/cert"},
        {"x5c": ["MIIB"]},
        {"crit": ["exp"], "exp": 1},
        {"crit": []},
        {"b64": False, "crit": ["b64"]},
        {"b64": True},
        {"enc": "A256GCM"},
        {"zip": "DEF"},
        {"jwk": None},
    ],
)
async def test_a_token_brings_neither_keys_nor_rules(
    forger: Any, verifier: TokenVerifier, header: dict[str, Any]
) -> None:
    assert await why_refused(verifier, forger.token(**header)) is Why.HEADER_NOT_ALLOWED


async def test_an_unencoded_payload_that_is_not_even_declared_is_malformed(
    forger: Any, verifier: TokenVerifier
) -> None:
    assert await why_refused(verifier, forger.token(b64=False)) is Why.MALFORMED


async def test_a_key_inside_the_token_is_not_looked_at(forger: Any, verifier: TokenVerifier, keys: Any) -> None:
    own = OKPKey.generate_key("Ed25519")

    token = forger.token(key=own, kid=forger.ed.kid, jwk=own.as_dict(private=False))

    assert await why_refused(verifier, token) is Why.HEADER_NOT_ALLOWED
    assert keys.asked == []


@pytest.mark.parametrize(
    "kid",
    ["unknown", "../../../etc/passwd", "/dev/null", "x' UNION SELECT 'k", "http://127.0.0.1:9/", "a\x00b", "密钥"],
)
async def test_a_key_id_is_only_looked_up(forger: Any, verifier: TokenVerifier, kid: str) -> None:
    assert await why_refused(verifier, forger.token(kid=kid)) is Why.KEY_UNKNOWN


@pytest.mark.parametrize("kid", [..., None, "", 1, ["a"], {"a": 1}, "k" * 201])
async def test_a_token_names_its_key_in_a_text(forger: Any, verifier: TokenVerifier, kid: Any) -> None:
    assert await why_refused(verifier, forger.token(kid=kid)) is Why.MALFORMED


@pytest.mark.parametrize(
    "signature", [bytes(64), b"\x00" * 32 + b"\x01" * 32, b"", b"\x30\x06\x02\x01\x00\x02\x01\x00"]
)
async def test_an_empty_ecdsa_signature_proves_nothing(forger: Any, verifier: TokenVerifier, signature: bytes) -> None:
    header = {"alg": "ES256", "typ": "at+jwt", "kid": forger.ec.kid}

    assert await why_refused(verifier, forger.with_signature(header, signature)) is Why.SIGNATURE_WRONG


@pytest.mark.parametrize(("key", "alg"), [("ed", "Ed25519"), ("ec", "ES256"), ("rsa", "RS256")])
async def test_another_key_under_the_id_of_the_right_one_is_refused(
    forger: Any, verifier: TokenVerifier, key: str, alg: str
) -> None:
    own = {"ed": OTHER_ED, "ec": OTHER_EC, "rsa": OTHER_RSA}[key]

    token = forger.token(key=own, alg=alg, kid=getattr(forger, key).kid)

    assert await why_refused(verifier, token) is Why.SIGNATURE_WRONG


async def test_changed_claims_do_not_fit_the_signature(forger: Any, verifier: TokenVerifier) -> None:
    header, _, signature = forger.token().split(".")
    _, claims, _ = forger.token(forger.claims(dept="police")).split(".")

    assert await why_refused(verifier, f"{header}.{claims}.{signature}") is Why.SIGNATURE_WRONG


@pytest.mark.parametrize("typ", [..., "logout+jwt", "secevent+jwt", "at+jwt ", ""])
async def test_a_token_of_another_type_is_refused(forger: Any, verifier: TokenVerifier, typ: Any) -> None:
    expected = Why.MALFORMED if typ is ... else Why.TYPE_NOT_ALLOWED

    assert await why_refused(verifier, forger.token(typ=typ)) is expected


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"iss": "https://id.zichuan.test/"}, Why.ISSUER_WRONG),
        ({"iss": "https://evil.test"}, Why.ISSUER_WRONG),
        ({"iss": ...}, Why.CLAIMS_MALFORMED),
        ({"iss": ["https://id.zichuan.test"]}, Why.CLAIMS_MALFORMED),
        ({"aud": "other"}, Why.AUDIENCE_WRONG),
        ({"aud": []}, Why.AUDIENCE_WRONG),
        ({"aud": "shenguan-admin"}, Why.AUDIENCE_WRONG),
        ({"aud": ...}, Why.CLAIMS_MALFORMED),
        ({"aud": None}, Why.CLAIMS_MALFORMED),
        ({"dept": None}, Why.CLAIMS_MALFORMED),
        ({"dept": ""}, Why.CLAIMS_MALFORMED),
        ({"dept": "*"}, Why.CLAIMS_MALFORMED),
        ({"dept": "%"}, Why.CLAIMS_MALFORMED),
        ({"dept": ["fire", "police"]}, Why.CLAIMS_MALFORMED),
        ({"dept": {"code": "fire"}}, Why.CLAIMS_MALFORMED),
        ({"dept": "fire\n"}, Why.CLAIMS_MALFORMED),
        ({"dept": "fire,police"}, Why.CLAIMS_MALFORMED),
        ({"sub": ...}, Why.CLAIMS_MALFORMED),
        ({"sub": ""}, Why.CLAIMS_MALFORMED),
        ({"sub": "a\r\nX-Role: admin"}, Why.CLAIMS_MALFORMED),
        ({"sub": 7}, Why.CLAIMS_MALFORMED),
        ({"org": None}, Why.CLAIMS_MALFORMED),
        ({"name": "a\u0000b"}, Why.CLAIMS_MALFORMED),
        ({"roles": "approver"}, Why.CLAIMS_MALFORMED),
        ({"roles": [None]}, Why.CLAIMS_MALFORMED),
        ({"roles": ["r"] * 65}, Why.CLAIMS_MALFORMED),
        ({"roles": ...}, Why.CLAIMS_MALFORMED),
        ({"jti": ...}, Why.CLAIMS_MALFORMED),
        ({"exp": ...}, Why.CLAIMS_MALFORMED),
        ({"exp": None}, Why.CLAIMS_MALFORMED),
        ({"exp": "9999999999"}, Why.CLAIMS_MALFORMED),
        ({"exp": True}, Why.CLAIMS_MALFORMED),
        ({"exp": float("nan")}, Why.CLAIMS_MALFORMED),
        ({"exp": float("inf")}, Why.CLAIMS_MALFORMED),
        ({"exp": 10**400}, Why.CLAIMS_MALFORMED),
        ({"exp": -1}, Why.CLAIMS_MALFORMED),
        ({"iat": ...}, Why.CLAIMS_MALFORMED),
        ({"nbf": "now"}, Why.CLAIMS_MALFORMED),
        ({"exp": int(datetime(2100, 1, 1, tzinfo=UTC).timestamp())}, Why.LIVES_TOO_LONG),
        ({"exp": 2**53}, Why.LIVES_TOO_LONG),
        ({"iat": 0, "nbf": 0}, Why.LIVES_TOO_LONG),
        ({"nbf": int(NOON.timestamp()) + 60}, Why.NOT_YET_VALID),
        ({"iat": int(NOON.timestamp()) + 60}, Why.NOT_YET_VALID),
    ],
)
async def test_a_token_with_a_wrong_claim_is_refused(
    forger: Any, verifier: TokenVerifier, claims: dict[str, Any], why: Why
) -> None:
    assert await why_refused(verifier, forger.token(forger.claims(**claims))) is why


@pytest.mark.parametrize(
    ("moved", "why"),
    [
        (timedelta(seconds=3630), Why.EXPIRED),
        (timedelta(days=30), Why.EXPIRED),
        (timedelta(seconds=-31), Why.NOT_YET_VALID),
        (timedelta(days=-30), Why.NOT_YET_VALID),
    ],
)
async def test_a_token_holds_only_in_its_time(
    forger: Any, verifier: TokenVerifier, clock: Any, moved: timedelta, why: Why
) -> None:
    clock.forward(moved)

    assert await why_refused(verifier, forger.token()) is why


@pytest.mark.parametrize("claims", [b"", b"[]", b"null", b"{", b"\xff", b'"text"', b"[" * 4000, b'{"exp":1e400}'])
async def test_claims_that_are_no_object_are_refused(forger: Any, verifier: TokenVerifier, claims: bytes) -> None:
    assert await why_refused(verifier, forger.token(claims)) is Why.CLAIMS_MALFORMED


@pytest.mark.parametrize("header", [["alg"], "alg", None, 1, {}, {"alg": ["Ed25519"]}, b"{", b"\xff", b"[" * 300])
async def test_a_header_that_is_no_object_is_refused(forger: Any, verifier: TokenVerifier, header: Any) -> None:
    assert await why_refused(verifier, forger.signed(header, None, forger.ed, "Ed25519")) is Why.MALFORMED


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "...",
        "a.b",
        "a.b.c",
        "a.b.c.d.e",
        "令牌",
        "a" * 9000,
        "\ud800",
        "e30.e30.",
        "Bearer a.b.c",
        "\x00",
    ],
)
async def test_what_is_no_token_is_refused(verifier: TokenVerifier, token: str) -> None:
    assert await why_refused(verifier, token) is Why.MALFORMED


async def test_one_signature_has_one_spelling(forger: Any, verifier: TokenVerifier) -> None:
    token = forger.token()
    head, signature = token.rsplit(".", 1)
    padded = urlsafe_b64encode(urlsafe_b64decode(signature + "==")).decode()

    for other in (f"{head}.{padded}", f"{token}\n", f"{head}.{signature[:-1]}{chr(ord(signature[-1]) + 1)}"):
        assert await why_refused(verifier, other)


@pytest.mark.filterwarnings("ignore:Key size should be:joserfc.errors.SecurityWarning")
@pytest.mark.parametrize(
    "entry",
    [
        {"kty": "oct", "k": "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0", "kid": "k"},
        {**OKPKey.generate_key("Ed25519").as_dict(private=False)},
        {**OKPKey.generate_key("Ed25519").as_dict(private=False), "kid": "k", "use": "enc"},
        {**OKPKey.generate_key("Ed25519").as_dict(private=False), "kid": "k", "alg": "ES256"},
        {**OKPKey.generate_key("X25519").as_dict(private=False), "kid": "k"},
        {**ECKey.generate_key("P-384").as_dict(private=False), "kid": "k"},
        {**ECKey.generate_key("P-256").as_dict(private=False), "kid": "k", "y": "AA"},
        {"kty": "RSA", "n": urlsafe_b64encode(b"\xff" * 128).decode().rstrip("="), "e": "AQAB", "kid": "k"},
        {"kty": "OKP", "crv": "Ed25519", "x": 5, "kid": "k"},
        {"kty": "AKP", "kid": "k"},
        {"kid": "k"},
    ],
    ids=lambda entry: f"{entry.get('kty')}-{entry.get('crv')}-{sorted(entry)}",
)
def test_a_weak_or_foreign_key_verifies_nothing(entry: dict[str, Any]) -> None:
    assert verifying_keys([entry]) == {}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(place=st.integers(0, 10_000), other=st.characters(codec="utf-8"))
async def test_any_one_changed_character_makes_it_another_token(
    forger: Any, verifier: TokenVerifier, place: int, other: str
) -> None:
    token = forger.token()
    changed = token[: place % len(token)] + other + token[place % len(token) + 1 :]

    if changed != token:
        await why_refused(verifier, changed)
