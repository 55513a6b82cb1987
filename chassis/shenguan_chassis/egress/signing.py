"""How does a receiver know that a message is ours, whole and fresh? Standard Webhooks 1.0: id.timestamp.body, signed.

    webhook-id         the message's, the same each time it is sent: a receiver knows a second copy by it
    webhook-timestamp  when it was sent this time, seconds; a receiver takes none that is older than five minutes
    webhook-signature  v1,<HMAC-SHA256> and v1a,<Ed25519>, one for each key that is good now, parted by spaces

Both forms are sent always. A shared secret is for whoever has a library; the public key is for whoever wants to prove
to others what he was told, and has nothing to keep.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ..keys import Keys
from .secret import Secret

_PURPOSE = "webhook-ed25519"


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs for one receiver: with every secret that is good now, and with the house's own key for it."""

    secrets: Sequence[Secret]
    own: Sequence[Ed25519PrivateKey] = ()

    def headers(self, message: str, at: int, body: bytes) -> Mapping[str, str]:
        """The three headers of a message sent at second `at`."""
        content = f"{message}.{at}.".encode() + body
        shared = [secret.sign(content) for secret in self.secrets]
        proven = ["v1a," + base64.b64encode(key.sign(content)).decode() for key in self.own]
        return {
            "webhook-id": message,
            "webhook-timestamp": str(at),
            "webhook-signature": " ".join([*shared, *proven]),
        }


def own_keys(keys: Keys, name: str) -> list[Ed25519PrivateKey]:
    """The house's keys for the receiver `name`, one for each generation of the master key, the current first."""
    return [
        Ed25519PrivateKey.from_private_bytes(hmac.digest(key, name.encode(), "sha256"))
        for key in keys.all_of(_PURPOSE).values()
    ]


def public_key(private: Ed25519PrivateKey) -> str:
    """`whpk_…`, what a receiver checks `v1a` signatures with."""
    return "whpk_" + base64.b64encode(private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
