"""The contract of every bus: it tells the time by the clock that dates its log, so that a host's may be doubted."""

from datetime import UTC, datetime, timedelta

import pytest

from shenguan_chassis.bus.port import Bus, BusUnavailable
from shenguan_chassis.testing.bus import BusHarness

NEAR = timedelta(minutes=1)


async def test_it_tells_the_time_by_its_own_clock_which_goes_on(bus: Bus) -> None:
    before = datetime.now(UTC)

    first, second = await bus.now(), await bus.now()

    assert before - NEAR <= first <= second <= datetime.now(UTC) + NEAR


async def test_while_it_is_stopped_it_tells_no_time_and_afterwards_it_does(bus: Bus, bus_harness: BusHarness) -> None:
    await bus.now()
    await bus_harness.stop()
    with pytest.raises(BusUnavailable):
        await bus.now()

    await bus_harness.start()

    assert abs(await bus.now() - datetime.now(UTC)) < NEAR
