"""Ids that are derived must be the same for ever, however they are computed."""

from __future__ import annotations

import uuid

from hypothesis import given
from hypothesis import strategies as st

from shenguan_chassis.ids import derived_id, stream_key

NAMESPACE = uuid.UUID("6f0c6b0e-3f7a-5d6e-9a55-0a2f3d0c7b11")


@given(noun=st.text(), part=st.text())
def test_a_derived_id_is_the_uuid_5_of_its_parts(noun: str, part: str) -> None:
    assert derived_id(noun, part) == uuid.uuid5(NAMESPACE, f"{noun}\x1f{part}")


def test_a_stream_has_one_key_for_ever_and_it_is_an_ordinary_uuid() -> None:
    key = stream_key("approval", "case/1")

    assert isinstance(key, uuid.UUID)
    assert key == uuid.UUID("48c7fc10-72a5-6ea2-8570-50cd491afc15")
    assert {key: 1}[uuid.UUID(str(key))] == 1
