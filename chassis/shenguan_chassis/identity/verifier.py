"""Is this token to be believed, and who bears it? One check after the other, each with its own reason to refuse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from joserfc import jws
from joserfc.errors import JoseError
from pydantic import ValidationError

from shenguan_chassis.identity.caller import Caller
from shenguan_chassis.identity.claims import TYPES, Claims, Header
from shenguan_chassis.identity.keys import Keys, VerifyingKey
from shenguan_chassis.identity.powers import Powers
from shenguan_chassis.identity.refusals import Unauthenticated, Why
from shenguan_chassis.identity.remembered import Remembered

LONGEST_TOKEN: Final = 8192
"""Characters: more than any token we issue or expect, less than any header limit."""


@dataclass(frozen=True, slots=True)
class TokenPolicy:
    """What a token must say (`issuer`, `audience`) and how long it may live and be remembered."""

    issuer: str
    audience: str
    leeway: timedelta = timedelta(seconds=30)
    longest_life: timedelta = timedelta(hours=24)
    remembered_for: timedelta = timedelta(minutes=5)
    remembered: int = 4096


class _Algorithms(jws.JWSRegistry):
    """joserfc's algorithms, where EdDSA is the former name of Ed25519 (RFC 9864) and of nothing else."""

    def get_alg(self, name: str) -> Any:
        return super().get_alg("Ed25519" if name == "EdDSA" else name)


_ALGORITHMS: Final = _Algorithms(algorithms=["Ed25519", "ES256", "RS256"], strict_check_header=False)


class TokenVerifier:
    """核验令牌. `now` is system time; a token believed once is remembered for a while, and never past its end."""

    def __init__(self, keys: Keys, policy: TokenPolicy, powers: Powers, now: Callable[[], datetime]) -> None:
        self._keys = keys
        self._policy = policy
        self._powers = powers
        self._now = now
        self._remembered = Remembered(policy.remembered)

    def cached(self, token: str) -> Caller | None:
        """The bearer, if this very token was verified lately: microseconds, no await."""
        return self._remembered.recall(token, self._now())

    async def verify(self, token: str) -> Caller:
        """The bearer; raises Unauthenticated with its reason, or KeysUnreachable."""
        if caller := self.cached(token):
            return caller
        signed, header = _read(token)
        key = await self._keys.find(header.kid)
        _check_signature(signed, header, key)
        claims = _claims(signed)
        until = self._check_claims(claims)
        caller = self._powers.stand(claims.caller())
        self._remembered.keep(token, caller, until)
        return caller

    def _check_claims(self, claims: Claims) -> datetime:
        """Until when the token may be remembered."""
        policy = self._policy
        if claims.iss != policy.issuer:
            raise Unauthenticated(Why.ISSUER_WRONG)
        if not claims.names_audience(policy.audience):
            raise Unauthenticated(Why.AUDIENCE_WRONG)
        now = self._now()
        leeway = policy.leeway.total_seconds()
        if claims.exp + leeway <= now.timestamp():
            raise Unauthenticated(Why.EXPIRED)
        if max(claims.iat, claims.nbf or claims.iat) - leeway > now.timestamp():
            raise Unauthenticated(Why.NOT_YET_VALID)
        if claims.exp - claims.iat > policy.longest_life.total_seconds():
            raise Unauthenticated(Why.LIVES_TOO_LONG)
        return min(datetime.fromtimestamp(claims.exp + leeway, UTC), now + policy.remembered_for)


def _read(token: str) -> tuple[jws.CompactSignature, Header]:
    if len(token) > LONGEST_TOKEN or not token.isascii():
        raise Unauthenticated(Why.MALFORMED)
    try:
        signed = jws.extract_compact(token.encode(), registry=_ALGORITHMS)
        header = Header.model_validate(signed.protected)
    except (JoseError, ValidationError, ValueError, TypeError, AttributeError):
        raise Unauthenticated(Why.MALFORMED) from None
    if header.brings_own_rules:
        raise Unauthenticated(Why.HEADER_NOT_ALLOWED)
    if header.typ.lower() not in TYPES:
        raise Unauthenticated(Why.TYPE_NOT_ALLOWED)
    return signed, header


def _check_signature(signed: jws.CompactSignature, header: Header, key: VerifyingKey | None) -> None:
    if key is None:
        raise Unauthenticated(Why.KEY_UNKNOWN)
    if header.alg not in key.algorithms:
        raise Unauthenticated(Why.ALGORITHM_NOT_ALLOWED)
    try:
        right = jws.validate_compact(signed, key.key, registry=_ALGORITHMS)
    except (JoseError, ValueError):
        right = False
    if not right:
        raise Unauthenticated(Why.SIGNATURE_WRONG)


def _claims(signed: jws.CompactSignature) -> Claims:
    try:
        return Claims.model_validate_json(signed.payload or b"")
    except ValidationError:
        raise Unauthenticated(Why.CLAIMS_MALFORMED) from None
