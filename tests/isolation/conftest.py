"""One district for all who look at it: it takes seconds to live in."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from shenguan_launcher.demo import fresh_state
from tests.isolation.world import World, open_world


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def world() -> AsyncIterator[World]:
    """Two departments, each with a life of its own."""
    with fresh_state() as state:
        async with open_world(state) as opened:
            yield opened
