"""A district that was lived in, whose log lines are kept for who looks through them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import redirect_stderr
from dataclasses import dataclass
from io import StringIO

import pytest_asyncio
import structlog

from shenguan_chassis import logs
from shenguan_launcher.demo import fresh_state
from tests.isolation.world import World, open_world


@dataclass
class Watched:
    """A district and everything that it logged."""

    world: World
    log: StringIO


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def watched() -> AsyncIterator[Watched]:
    """Two departments with a life of their own, and the log from the first line on."""
    log = StringIO()
    with redirect_stderr(log):
        logs.configure("DEBUG")
    try:
        with fresh_state() as state:
            async with open_world(state) as world:
                yield Watched(world, log)
    finally:
        structlog.reset_defaults()
