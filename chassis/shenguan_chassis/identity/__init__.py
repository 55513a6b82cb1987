"""Who may ask, and how do we know who asks?"""

from shenguan_chassis.identity.caller import Caller, service_itself
from shenguan_chassis.identity.jwks import JwksKeys
from shenguan_chassis.identity.keys import Keys, VerifyingKey
from shenguan_chassis.identity.local_issuer import KeyFileFault, LocalIssuer
from shenguan_chassis.identity.powers import Powers
from shenguan_chassis.identity.refusals import KeysUnreachable, Unauthenticated, Why
from shenguan_chassis.identity.verifier import TokenPolicy, TokenVerifier

__all__ = [
    "Caller",
    "JwksKeys",
    "KeyFileFault",
    "Keys",
    "KeysUnreachable",
    "LocalIssuer",
    "Powers",
    "TokenPolicy",
    "TokenVerifier",
    "Unauthenticated",
    "VerifyingKey",
    "Why",
    "service_itself",
]
