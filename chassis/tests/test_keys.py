"""Keys: of each generation one per service and purpose; a setting that is no good is told in one line without a key."""

from __future__ import annotations

import base64
import hmac
from pathlib import Path

import pytest

from shenguan_chassis.keys import KEY_FILE, NO_KEYS, KeyFault, Keys, master_keys, new_master_key, read_key_file
from shenguan_chassis.testing.keys import a_master_key

BOTH = f"{a_master_key(2)},{a_master_key(1)}"


def test_the_first_generation_is_the_current_one_and_the_others_stay_at_hand() -> None:
    keys = Keys.read(BOTH, "expert")

    assert keys.current == 2
    assert list(keys.all_of("personal")) == [2, 1]
    assert keys.of("personal") == keys.all_of("personal")[2]


def test_a_generation_gives_the_same_key_whatever_stands_before_it() -> None:
    before, after = Keys.read(a_master_key(1), "expert"), Keys.read(BOTH, "expert")

    assert after.all_of("personal")[1] == before.of("personal")


def test_no_two_purposes_generations_or_services_share_a_key() -> None:
    found = [
        key
        for service in ("expert", "notify")
        for purpose in ("personal", "cursor")
        for key in Keys.read(BOTH, service).all_of(purpose).values()
    ]

    assert {len(key) for key in found} == {32}
    assert len(set(found)) == len(found)


def test_a_derived_key_is_hkdf_of_rfc_5869() -> None:
    # Spelt out, so that no later edition locks out what an earlier one sealed.
    master = master_keys(a_master_key(1))[1]
    extracted = hmac.digest(bytes(32), master, "sha256")

    assert Keys.read(a_master_key(1), "expert").of("cursor") == hmac.digest(
        extracted, b"shenguan/expert/cursor\x01", "sha256"
    )


def entry(key: bytes, generation: int = 1) -> str:
    return f"k{generation}:{base64.b64encode(key).decode()}"


@pytest.mark.parametrize(
    ("setting", "code"),
    [
        ("", "master_key_malformed"),
        ("k1", "master_key_malformed"),
        ("k0:" + a_master_key(1)[3:], "master_key_malformed"),
        ("k65536:" + a_master_key(1)[3:], "master_key_malformed"),
        (entry(bytes(range(31))), "master_key_malformed"),
        (entry(bytes(range(33))), "master_key_malformed"),
        (a_master_key(1) + ",", "master_key_malformed"),
        (entry(bytes(32)), "master_key_weak"),
        (entry(b"changeit" * 4), "master_key_weak"),
        (entry(bytes(range(32))), "master_key_weak"),
        (f"{a_master_key(1)},{a_master_key(1)}", "master_key_twice"),
        (f"{a_master_key(1)},k2:{a_master_key(1)[3:]}", "master_key_reused"),
    ],
)
def test_a_setting_that_is_no_good_is_refused_with_its_reason_and_without_a_key(setting: str, code: str) -> None:
    with pytest.raises(KeyFault) as fault:
        master_keys(setting)

    assert fault.value.code == code
    assert all(word not in str(fault.value) for word in setting.replace(",", ":").split(":") if len(word) > 2)


def test_keys_do_not_show_themselves() -> None:
    assert repr(Keys.read(BOTH, "expert")) == "<keys of expert: k2, k1>"


def test_who_was_given_no_keys_is_told_so() -> None:
    with pytest.raises(RuntimeError, match="no keys were given"):
        NO_KEYS.of("personal")


def test_two_new_master_keys_are_not_alike() -> None:
    assert new_master_key(3) != new_master_key(3)
    assert list(master_keys(new_master_key(3))) == [3]


def test_the_key_file_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    made = read_key_file(tmp_path / KEY_FILE)

    assert read_key_file(tmp_path / KEY_FILE) == made
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o777 == 0o600


def test_a_key_file_open_to_others_or_broken_is_refused(tmp_path: Path) -> None:
    read_key_file(tmp_path / KEY_FILE)

    (tmp_path / KEY_FILE).chmod(0o640)
    with pytest.raises(KeyFault) as opened:
        read_key_file(tmp_path / KEY_FILE)
    (tmp_path / KEY_FILE).chmod(0o600)
    (tmp_path / KEY_FILE).write_text("k1:lost")
    with pytest.raises(KeyFault) as broken:
        read_key_file(tmp_path / KEY_FILE)

    assert [opened.value.code, broken.value.code] == ["master_key_file_open_to_others", "master_key_file_broken"]
