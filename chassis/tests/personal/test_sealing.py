"""A sealed datum opens at its place with its key, and nowhere else; its finder finds it under every generation."""

from __future__ import annotations

import pytest

from shenguan_chassis.keys import Cipher, Keys
from shenguan_chassis.personal import Personal, SealBroken
from shenguan_chassis.personal.sealing import FINDER_BYTES, finders, head, head_of, opened, seal
from shenguan_chassis.testing.keys import a_master_key

NUMBER = "13900001234"
COLUMN = "experts.mobile"
HERE, THERE = f"{COLUMN}/1", f"{COLUMN}/2"


class Phone(Personal, kind="phone"):
    @staticmethod
    def check(text: str) -> str:
        return text

    @staticmethod
    def mask(clear: str) -> str:
        return f"{clear[:3]}****{clear[-4:]}"


def keys(*generations: int, cipher: Cipher = Cipher.AES_256_GCM, service: str = "expert") -> Keys:
    return Keys.read(",".join(map(a_master_key, generations or (1,))), service, cipher)


@pytest.mark.parametrize("cipher", Cipher)
def test_it_opens_at_its_place(cipher: Cipher) -> None:
    sealed = seal(Phone(NUMBER), HERE, COLUMN, keys(cipher=cipher))

    found = opened(Phone, sealed, HERE, keys())

    assert found == Phone(NUMBER)
    assert found.sealed_at(HERE) == sealed
    assert NUMBER.encode() not in sealed
    assert head_of(sealed) == (1, cipher)


@pytest.mark.parametrize("cipher", Cipher)
def test_moved_to_another_row_it_does_not_open(cipher: Cipher) -> None:
    sealed = seal(Phone(NUMBER), HERE, COLUMN, keys(cipher=cipher))

    with pytest.raises(SealBroken) as broken:
        opened(Phone, sealed, THERE, keys())
    assert NUMBER not in str(broken.value)


@pytest.mark.parametrize("cipher", Cipher)
def test_a_change_of_any_byte_is_found(cipher: Cipher) -> None:
    sealed = seal(Phone(NUMBER), HERE, COLUMN, keys(cipher=cipher))

    for place in range(len(sealed)):
        with pytest.raises(SealBroken):
            opened(Phone, sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :], HERE, keys())
    for length in range(len(sealed)):
        with pytest.raises(SealBroken):
            opened(Phone, sealed[:length], HERE, keys())


@pytest.mark.parametrize("others", [keys(2), keys(1, service="notify")])
def test_without_its_key_it_does_not_open(others: Keys) -> None:
    sealed = seal(Phone(NUMBER), HERE, COLUMN, keys())

    with pytest.raises(SealBroken):
        opened(Phone, sealed, HERE, others)


def test_the_same_datum_is_never_sealed_alike_but_found_alike() -> None:
    one, two = (seal(Phone(NUMBER), place, COLUMN, keys()) for place in (HERE, THERE))

    assert one[:FINDER_BYTES] == two[:FINDER_BYTES]
    assert one[FINDER_BYTES:] != two[FINDER_BYTES:]
    assert one[:FINDER_BYTES] in finders(Phone(NUMBER), COLUMN, keys())


@pytest.mark.parametrize("cipher", Cipher)
def test_it_is_found_after_a_rotation_and_under_either_cipher(cipher: Cipher) -> None:
    sealed = seal(Phone(NUMBER), HERE, COLUMN, keys(1, cipher=cipher))

    assert sealed[:FINDER_BYTES] in finders(Phone(NUMBER), COLUMN, keys(2, 1))
    assert opened(Phone, sealed, HERE, keys(2, 1)) == Phone(NUMBER)
    assert not sealed.startswith(head(keys(2, 1)))


def test_neither_another_datum_column_nor_service_has_its_finder() -> None:
    sealed = seal(Phone(NUMBER), HERE, COLUMN, keys())
    elsewhere = [
        *finders(Phone("13900001235"), COLUMN, keys()),
        *finders(Phone(NUMBER), "people.mobile", keys()),
        *finders(Phone(NUMBER), COLUMN, keys(service="notify")),
    ]

    assert sealed[:FINDER_BYTES] not in elsewhere
