"""A host's clock is set wrong while the timekeeper runs: what the law attaches effects to waits, all else goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from notify_svc.app import service
from notify_svc.clockwatch.rules import Doubt, judge_running
from notify_svc.clockwatch.watcher import look_again, look_at_start
from notify_svc.obligations.scheduler import look
from shenguan_chassis.clock import SandboxClock
from shenguan_chassis.http.app import open_for
from shenguan_chassis.identity import TokenPolicy, TokenVerifier
from shenguan_chassis.runtime import Runtime
from shenguan_chassis.testing.house import House, move_in
from shenguan_chassis.testing.kafka import NativeKafka
from shenguan_chassis.testing.postgres import Databases
from shenguan_kernel.roles import Role

from ..obligations.neighbours import neighbours
from ..obligations.said_by_others import received, submitted

MINUTE = timedelta(minutes=1)


class HostClock(SandboxClock):
    """The clock of a host that somebody can set wrong, back and forth."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong = timedelta()

    def legal(self) -> datetime:
        """As the host tells it."""
        return super().legal() + self.wrong

    def system(self) -> datetime:
        """As the host tells it."""
        return super().system() + self.wrong


OpenOn = Callable[[HostClock, str | None], Awaitable[House]]


@pytest.fixture
async def open_on(databases: Databases, tmp_path: Path) -> AsyncIterator[OpenOn]:
    async with AsyncExitStack() as stack:

        async def opened(clock: HostClock, bus_url: str | None = None) -> House:
            return await move_in(service, databases, tmp_path, stack, bus_url, clock=clock)

        yield opened


async def states(house: House) -> dict[str, str]:
    """Where the obligation of each duty stands, after the scheduler did what it may."""
    while await look(house.runtime):
        pass
    listed = (await house.http(Role.OVERSEER).get("/obligations")).json()["items"]
    return {each["duty"]: each["state"] for each in listed}


async def started_again(house: House) -> None:
    """A new process of the service on what the old one left."""
    policy = TokenPolicy("urn:shenguan:test", "shenguan")
    verifier = TokenVerifier(house.issuer, policy, service.powers, house.clock.system)
    house.runtime = Runtime(service, house.runtime.settings, bus=house.bus, clock=house.clock, verifier=verifier)
    open_for(house.app, house.runtime)
    house.stack.push_async_callback(house.runtime.stop)
    await house.runtime.start()


async def test_ten_days_forward_make_nobody_s_silence_an_acceptance_until_an_operator_confirms(open_on: OpenOn) -> None:
    clock = HostClock()
    house = await open_on(clock, None)
    before = await look_at_start(house.runtime)
    await house.hear(submitted(clock.legal()), source="approval")
    await house.hear(received(clock.legal()), source="supervision")

    async with neighbours(house):
        clock.wrong = timedelta(days=30)
        at_once = await states(house)
        await look_again(house.runtime, before)
        held = await states(house)
        confirmed = await house.http(Role.SYSTEM_ADMINISTRATOR).post("/clock/confirm")
        freed = await states(house)

    assert at_once == held == {"examine_application": "open", "forward_document": "overdue"}
    assert confirmed.status_code == 200
    assert freed == {"examine_application": "overdue", "forward_document": "overdue"}


async def test_two_hours_back_hold_what_has_legal_effect_although_nothing_is_due_by_that_clock(
    open_on: OpenOn,
) -> None:
    clock = HostClock()
    house = await open_on(clock, None)
    before = await look_at_start(house.runtime)
    await house.hear(submitted(clock.legal()), source="approval")

    clock.wrong = timedelta(hours=-2)
    now = await look_again(house.runtime, before)
    found = (await house.http(Role.SYSTEM_ADMINISTRATOR).get("/clock")).json()

    assert (found["why"], found["wants_operator"]) == ("jumped", True)
    assert now.wall < before.wall


async def test_a_start_with_a_clock_before_what_was_seen_last_is_doubted(open_on: OpenOn) -> None:
    clock = HostClock()
    house = await open_on(clock, None)
    await look_again(house.runtime, await look_at_start(house.runtime))

    clock.wrong = timedelta(hours=-2)
    await look_at_start(house.runtime)

    assert (await house.http(Role.SYSTEM_ADMINISTRATOR).get("/clock")).json()["why"] == "set_back"


async def test_after_weeks_of_downtime_a_machine_alone_asks_before_legal_effects_and_all_else_is_late_once(
    open_on: OpenOn,
) -> None:
    clock = HostClock()
    house = await open_on(clock, None)
    await look_again(house.runtime, await look_at_start(house.runtime))
    await house.hear(submitted(clock.legal()), source="approval")
    await house.hear(received(clock.legal()), source="supervision")
    await house.runtime.stop()

    clock.wrong = timedelta(weeks=6)  # the host's time went on, and nobody looked
    await started_again(house)
    await look_at_start(house.runtime)
    async with neighbours(house):
        held = await states(house)
    found = (await house.http(Role.SYSTEM_ADMINISTRATOR).get("/clock")).json()

    said = [event.type.split(".")[3] for event in await house.said() if event.subject.startswith("obligation/")]
    assert (found["why"], found["wants_operator"]) == ("long_away", True)
    assert held == {"examine_application": "open", "forward_document": "overdue"}
    assert said.count("ObligationOverdue") == 1
    assert said.count("EscalationRaised") == 4


async def test_kafka_s_brokers_are_asked_too_and_one_that_tells_another_time_raises_a_doubt(
    open_on: OpenOn, native_kafka: NativeKafka
) -> None:
    house = await open_on(HostClock(), f"kafka://{native_kafka.servers}")

    seen = await look_at_start(house.runtime)

    assert seen.bus is not None
    assert abs(seen.wall - seen.bus) < MINUTE
    assert judge_running(seen, seen, alone=False) is None
    hours = timedelta(hours=2)
    together = replace(seen, wall=seen.wall + hours, database=seen.database + hours)
    assert judge_running(together, together, alone=False) == Doubt(
        "bus_disagrees", together.wall - seen.bus, wants_operator=False
    )


async def test_a_bus_that_does_not_answer_is_no_reason_to_doubt(open_on: OpenOn) -> None:
    house = await open_on(HostClock(), None)

    unheard = replace(await look_at_start(house.runtime), bus=None)

    assert judge_running(unheard, unheard, alone=True) is None
