"""Whose a row is must be said where its table is declared, and be true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Column, MetaData, Text

from shenguan_chassis.store import aggregate, copy


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    name: str


@pytest.mark.parametrize(("declare", "more"), [(aggregate, {"noun": "word"}), (copy, {"key": ["name"]})])
def test_a_table_that_does_not_say_whose_its_rows_are_cannot_be_declared(declare: Any, more: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="missing 1 required keyword-only argument: 'owner'"):
        declare(MetaData(), Word, columns=[Column("name", Text, primary_key=True)], **more)


@pytest.mark.parametrize("owner", ["department", ("name", "department"), ()])
def test_a_column_that_is_not_there_says_nothing(owner: Any) -> None:
    with pytest.raises(TypeError, match="whose a row is"):
        copy(MetaData(), Word, owner=owner, key=["name"], columns=[Column("name", Text, primary_key=True)])
