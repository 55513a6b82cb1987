"""本地签发: the embedded district signs its own tokens with a key file that survives and stays private."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shenguan_chassis.identity import (
    Caller,
    KeyFileFault,
    LocalIssuer,
    Powers,
    TokenPolicy,
    TokenVerifier,
    Unauthenticated,
)
from shenguan_chassis.identity.local_issuer import KEY_FILE

POLICY = TokenPolicy("shenguan-embedded", "shenguan")
POWERS = Powers(known=frozenset({"window_clerk"}))
CLERK = Caller(person="li.si", name="李四", organisation="bureau", roles=frozenset({"window_clerk"}))


def an_issuer(folder: Path, clock: Any) -> LocalIssuer:
    return LocalIssuer.open(folder, POLICY.issuer, POLICY.audience, clock)


async def test_a_token_says_what_the_caller_said(tmp_path: Path, clock: Any) -> None:
    issuer = an_issuer(tmp_path, clock)

    caller = await TokenVerifier(issuer, POLICY, POWERS, clock).verify(issuer.issue(CLERK))

    assert (caller.person, caller.name, caller.organisation) == ("li.si", "李四", "bureau")
    assert (caller.department, caller.roles) == (None, frozenset({"window_clerk"}))
    assert caller.token_id


async def test_every_token_has_an_id_of_its_own(tmp_path: Path, clock: Any) -> None:
    issuer = an_issuer(tmp_path, clock)
    verifier = TokenVerifier(issuer, POLICY, POWERS, clock)

    callers = [await verifier.verify(issuer.issue(CLERK)) for _ in range(5)]

    assert len({caller.token_id for caller in callers}) == 5


def test_the_key_file_is_for_its_owner_alone_and_nothing_else_is_left(tmp_path: Path, clock: Any) -> None:
    an_issuer(tmp_path, clock)

    assert (tmp_path / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]


async def test_the_key_outlives_the_process(tmp_path: Path, clock: Any) -> None:
    token = an_issuer(tmp_path, clock).issue(CLERK)

    assert await TokenVerifier(an_issuer(tmp_path, clock), POLICY, POWERS, clock).verify(token)


async def test_another_district_is_not_believed(tmp_path: Path, clock: Any) -> None:
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
    token = an_issuer(tmp_path / "there", clock).issue(CLERK)

    with pytest.raises(Unauthenticated):
        await TokenVerifier(an_issuer(tmp_path / "here", clock), POLICY, POWERS, clock).verify(token)


async def test_a_token_ends_with_its_lifetime(tmp_path: Path, clock: Any) -> None:
    issuer = an_issuer(tmp_path, clock)
    token = issuer.issue(CLERK, lifetime=timedelta(minutes=10))

    clock.forward(timedelta(minutes=10, seconds=30))

    with pytest.raises(Unauthenticated):
        await TokenVerifier(issuer, POLICY, POWERS, clock).verify(token)


async def test_a_rotation_by_another_process_is_noticed_and_old_tokens_hold(tmp_path: Path, clock: Any) -> None:
    serving = an_issuer(tmp_path, clock)
    old = serving.issue(CLERK)

    kid = an_issuer(tmp_path, clock).rotate()
    new = serving.issue(CLERK)

    verifier = TokenVerifier(serving, POLICY, POWERS, clock)
    assert await verifier.verify(old)
    assert await verifier.verify(new)
    assert await serving.find(kid)


async def test_the_third_rotation_ends_what_the_first_key_signed(tmp_path: Path, clock: Any) -> None:
    issuer = an_issuer(tmp_path, clock)
    token = issuer.issue(CLERK)

    for _ in range(3):
        issuer.rotate()

    with pytest.raises(Unauthenticated):
        await TokenVerifier(issuer, POLICY, POWERS, clock).verify(token)


def test_what_others_verify_with_has_no_private_part(tmp_path: Path, clock: Any) -> None:
    published = an_issuer(tmp_path, clock).public_keys()

    assert [sorted(key) for key in published["keys"]] == [["crv", "kid", "kty", "use", "x"]]


@pytest.mark.parametrize("text", ["", "{}", '{"keys": []}', '{"keys": [{"kty": "OKP"}]}', '{"keys": 1}', "\x00"])
def test_a_broken_key_file_is_named_and_never_replaced(tmp_path: Path, clock: Any, text: str) -> None:
    (tmp_path / KEY_FILE).touch(0o600)
    (tmp_path / KEY_FILE).write_text(text)

    with pytest.raises(KeyFileFault, match="key_file_broken"):
        an_issuer(tmp_path, clock)

    assert (tmp_path / KEY_FILE).read_text() == text


def test_a_file_of_public_keys_cannot_sign(tmp_path: Path, clock: Any) -> None:
    published = an_issuer(tmp_path, clock).public_keys()
    (tmp_path / KEY_FILE).write_text(json.dumps(published))

    with pytest.raises(KeyFileFault, match="key_file_broken"):
        an_issuer(tmp_path, clock)


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path, clock: Any) -> None:
    an_issuer(tmp_path, clock)
    (tmp_path / KEY_FILE).chmod(0o640)

    with pytest.raises(KeyFileFault, match="chmod 600"):
        an_issuer(tmp_path, clock)
