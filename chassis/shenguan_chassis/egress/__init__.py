"""How does the house call out? To addresses that may be called, on a pinned connection, with signed bodies."""

from .addresses import AddressRefused, Allowed, Target, allowed_networks, parsed, resolved
from .caller import Outgoing, tls_context
from .outcome import Answered, Outcome, Unreachable
from .secret import Secret
from .signing import Signer, own_keys, public_key

__all__ = [
    "AddressRefused",
    "Allowed",
    "Answered",
    "Outcome",
    "Outgoing",
    "Secret",
    "Signer",
    "Target",
    "Unreachable",
    "allowed_networks",
    "own_keys",
    "parsed",
    "public_key",
    "resolved",
    "tls_context",
]
