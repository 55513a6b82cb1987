"""Only copies are changed where they lie: an aggregate changes with its event."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from shenguan_chassis.batch_writes import upsert_many
from shenguan_chassis.in_place import change_in_place
from shenguan_chassis.keys import NO_KEYS
from shenguan_chassis.testing.ear import BOOKS, Book

NOWHERE: Any = None


async def test_no_aggregate_is_changed_behind_its_events() -> None:
    with pytest.raises(TypeError, match="holds no copies"):
        await change_in_place(NOWHERE, update(BOOKS).values(version=2))


async def test_no_aggregate_is_kept_without_its_event() -> None:
    with pytest.raises(TypeError, match="holds aggregates"):
        await upsert_many(NOWHERE, [Book(id=UUID(int=1))], NO_KEYS)
