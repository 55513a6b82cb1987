"""Does whoever has the official library believe what we sign, and nothing else?"""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from standardwebhooks import Webhook, WebhookVerificationError

from shenguan_chassis.egress import Secret, Signer, own_keys, public_key
from shenguan_chassis.keys import Keys
from shenguan_chassis.testing.keys import MASTER_KEYS

KEYS = Keys.read(MASTER_KEYS, "notify")
NEW, OLD = (Secret.derived(KEYS.of("webhook-secret"), name) for name in ("new", "old"))
BODY = '{"说":"到期"}'.encode()


def now() -> int:
    return int(datetime.now(UTC).timestamp())


def test_the_official_library_verifies_it() -> None:
    headers = Signer([NEW]).headers("m.1", now(), BODY)

    assert Webhook(NEW.hand_over()).verify(BODY, dict(headers)) == {"说": "到期"}


def test_while_secrets_overlap_either_verifies() -> None:
    headers = dict(Signer([NEW, OLD], own_keys(KEYS, "r")).headers("m.1", now(), BODY))

    assert Webhook(NEW.hand_over()).verify(BODY, headers) == Webhook(OLD.hand_over()).verify(BODY, headers)


@pytest.mark.parametrize(
    "changed", [{"webhook-id": "m.2"}, {"webhook-timestamp": str(now() - 3_600)}, {"webhook-signature": "v1,AAAA"}]
)
def test_what_was_altered_is_not_believed(changed: dict[str, str]) -> None:
    headers = {**Signer([NEW]).headers("m.1", now(), BODY), **changed}

    with pytest.raises(WebhookVerificationError):
        Webhook(NEW.hand_over()).verify(BODY, headers)


def test_the_public_key_proves_it_to_whoever_has_no_secret() -> None:
    (own,) = own_keys(KEYS, "r")
    headers = Signer([], [own]).headers("m.1", 1_700_000_000, BODY)

    shown = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key(own).removeprefix("whpk_")))

    shown.verify(base64.b64decode(headers["webhook-signature"].removeprefix("v1a,")), b"m.1.1700000000." + BODY)


def test_each_receiver_and_each_secret_is_its_own() -> None:
    assert NEW != OLD
    assert public_key(own_keys(KEYS, "r")[0]) != public_key(own_keys(KEYS, "s")[0])
    assert Keys.read(MASTER_KEYS, "other").of("webhook-secret") != KEYS.of("webhook-secret")


def test_a_secret_shows_itself_masked() -> None:
    assert NEW.hand_over()[6:] not in f"{NEW} {NEW!r} {Signer([NEW])}"
