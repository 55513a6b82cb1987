"""A district in which nothing has happened: rights are asked before anything else is."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from shenguan_launcher.demo import fresh_state
from tests.isolation.world import World, open_district_at_hand


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def district() -> AsyncIterator[World]:
    """Its doors, and people of every role."""
    with fresh_state() as state:
        async with open_district_at_hand(state) as opened:
            yield opened
