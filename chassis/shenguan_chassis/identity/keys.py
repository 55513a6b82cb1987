"""Which keys may sign a token, and with which algorithms? The key decides, never the token.

Accepted are Ed25519, P-256 and RSA of 2,048 bits or more, each with its own algorithms. A symmetric key never verifies
a token, so that a public key cannot be passed off as a shared secret.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, Key, OKPKey, RSAKey

FEWEST_RSA_BITS: Final = 2048

_ED25519: Final = frozenset({"Ed25519", "EdDSA"})
_ES256: Final = frozenset({"ES256"})
_RS256: Final = frozenset({"RS256"})


@dataclass(frozen=True, slots=True)
class VerifyingKey:
    """A public key with the algorithms it may be used for."""

    kid: str
    key: Key
    algorithms: frozenset[str]


class Keys(Protocol):
    """Where keys come from: a file of our own or an identity provider."""

    async def find(self, kid: str) -> VerifyingKey | None:
        """The key of that id, or None: `kid` is looked up among known keys and used for nothing else.

        Raises KeysUnreachable if it is not known and the source cannot be asked.
        """


def verifying_keys(entries: Iterable[Mapping[str, Any]]) -> dict[str, VerifyingKey]:
    """The usable keys of a JSON Web Key Set by id; those of another kind, use or strength are left out."""
    found = (_verifying_key(entry) for entry in entries)
    return {key.kid: key for key in found if key is not None}


def _verifying_key(entry: Mapping[str, Any]) -> VerifyingKey | None:
    kid = entry.get("kid")
    if not isinstance(kid, str) or entry.get("use", "sig") != "sig":
        return None
    try:
        key = JWKRegistry.import_key(dict(entry))
        algorithms = _algorithms(key)
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    stated = entry.get("alg")
    algorithms &= {stated} if stated is not None else algorithms
    return VerifyingKey(kid, key, algorithms) if algorithms else None


def _algorithms(key: Key) -> frozenset[str]:
    match key:
        case OKPKey() if key.curve_name == "Ed25519":
            return _ED25519
        case ECKey() if key.curve_name == "P-256":
            return _ES256
        case RSAKey() if key.raw_value.key_size >= FEWEST_RSA_BITS:
            return _RS256
        case _:
            return frozenset()
