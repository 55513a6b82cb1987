"""Canonical text and tagged hashes: one value, one text, one hash."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shenguan_kernel.lots import verify_draw
from shenguan_kernel.lots.encoding import Hashing, NotCanonical, canonical, prefixed, tagged


def test_the_order_in_which_an_object_was_built_does_not_change_its_text() -> None:
    forward = {"b": [1, None, True], "a": "审"}
    backward = {"a": "审", "b": (1, None, True)}

    assert canonical(forward) == canonical(backward) == '{"a":"审","b":[1,null,true]}'.encode()


@pytest.mark.parametrize(
    "value",
    [
        {"chance": 0.25},
        {"panels": 2**53},
        {"name": unicodedata.normalize("NFD", "é")},
        {"名": 1},
        {1: "number as key"},
        {"half": "\ud800"},
        {"bytes": b"raw"},
    ],
)
def test_what_could_be_written_in_two_ways_has_no_text_at_all(value: object) -> None:
    with pytest.raises(NotCanonical):
        canonical(value)


def test_the_refusal_of_a_value_names_its_place() -> None:
    with pytest.raises(NotCanonical, match=r"\$\.pool\[1\]\.load"):
        canonical({"pool": [{"load": 1}, {"load": 1.5}]})


def test_two_lists_of_parts_never_share_a_hash_input() -> None:
    assert tagged(Hashing.SHA256, "commit", b"ab", b"c") != tagged(Hashing.SHA256, "commit", b"a", b"bc")
    assert tagged(Hashing.SHA256, "commit", b"") != tagged(Hashing.SHA256, "commit")
    assert tagged(Hashing.SHA256, "closed", b"a") != tagged(Hashing.SHA256, "commit", b"a")


def test_the_length_stands_before_the_bytes() -> None:
    assert prefixed(b"abc") == b"\x00\x00\x00\x03abc"


def test_sm3_is_that_of_the_national_standard_in_service_and_verifier() -> None:
    abc = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"

    assert Hashing.SM3.digest(b"abc").hex() == verify_draw.sm3(b"abc").hex() == abc


@pytest.mark.parametrize("hashing", list(Hashing))
def test_service_and_verifier_hash_alike_at_every_length_around_the_blocks(hashing: Hashing) -> None:
    for length in range(200):
        message = bytes(range(length))
        assert tagged(hashing, "pool", message) == verify_draw.tagged(hashing.value, "pool", message)


_TEXTS = st.text(st.characters(exclude_categories=["Cs"])).map(lambda text: unicodedata.normalize("NFC", text))
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | _TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(max_codepoint=127)), inner),
)


@pytest.mark.slow
@given(_VALUES)
def test_the_text_is_the_one_that_a_reader_with_the_standard_library_writes(value: object) -> None:
    expected = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    assert canonical(value) == expected.encode()
