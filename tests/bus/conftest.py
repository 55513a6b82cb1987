"""What the contract's tests start from: an open bus, and a topic nobody else uses."""

import uuid
from collections.abc import AsyncIterator

import pytest

from shenguan_chassis.bus.port import Bus, Topic
from shenguan_chassis.testing.bus import BusHarness
from shenguan_chassis.testing.bus_readers import Opener


@pytest.fixture
async def opened(bus_harness: BusHarness) -> AsyncIterator[Opener]:
    """Opens as many bus objects as a test has processes."""
    buses: list[Bus] = []

    async def open_one() -> Bus:
        bus = bus_harness.bus()
        await bus.open()
        buses.append(bus)
        return bus

    yield open_one
    for bus in buses:
        await bus.close()


@pytest.fixture
async def bus(opened: Opener) -> Bus:
    return await opened()


@pytest.fixture
async def topic(bus: Bus) -> str:
    """A new topic of four partitions."""
    name = f"contract.{uuid.uuid4().hex[:12]}"
    await bus.declare([Topic(name, partitions=4, max_bytes=20_000)])
    return name


@pytest.fixture
def group() -> str:
    """A group nobody else is in."""
    return f"group.{uuid.uuid4().hex[:12]}"
