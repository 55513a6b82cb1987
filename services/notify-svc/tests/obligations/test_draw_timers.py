"""The timers of a draw: one for each step that is awaited, met by the step, ended by a void, run out at its instant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from notify_svc.app import service
from notify_svc.obligations.scheduler import look
from shenguan_chassis.testing.house import House, OpenHouse
from shenguan_contracts.draws import DrawEscrowed, DrawRevealsMissed
from shenguan_contracts.duties import Duty
from shenguan_contracts.event import Event
from shenguan_contracts.expert import DrawCommitted, DrawCompleted, DrawDeclared, DrawRevealed, DrawVoided
from shenguan_kernel.roles import Role

from .neighbours import neighbours

DRAW = UUID("0198b9d2-0000-7000-8000-0000000000d1")
HOURS = {"commit_by": 1, "give_by": 2, "reveal_by": 3, "open_by": 4, "beacon_due": 5}
Said = Callable[[datetime], Event]


def by(start: datetime, name: str) -> datetime:
    return start + timedelta(hours=HOURS[name])


def declared(start: datetime) -> Event:
    return DrawDeclared(
        draw_id=DRAW,
        purpose="survey/1",
        attempt=1,
        assurance_level=2,
        declaration_hash="5a" * 32,
        panels="35",
        contributors=("bureau", "fire", "market"),
        custodians=("audit", "justice", "records"),
        declared_at=start,
        **{name: by(start, name) for name in HOURS},
    )


def committed(start: datetime) -> Event:
    return DrawCommitted(
        draw_id=DRAW, reveal_by=by(start, "reveal_by"), give_by=by(start, "give_by"), committed_at=start
    )


def escrowed(start: datetime) -> Event:
    return DrawEscrowed(draw_id=DRAW, reveal_by=by(start, "reveal_by"), escrowed_at=start)


def missed(start: datetime) -> Event:
    at = by(start, "reveal_by")
    offices = {"missing": ("fire",), "departments": ("audit", "justice", "records")}
    return DrawRevealsMissed(draw_id=DRAW, open_by=by(start, "open_by"), missed_at=at, **offices)


def revealed(start: datetime) -> Event:
    return DrawRevealed(draw_id=DRAW, beacon_due=by(start, "beacon_due"), revealed_at=start)


def completed(start: datetime) -> Event:
    return DrawCompleted(
        draw_id=DRAW, purpose="survey/1", departments=("fire",), panel=("e-000001",), assurance_level=2,
        certificate_hash="5a" * 32, completed_at=by(start, "beacon_due"),
    )  # fmt: skip


def voided(start: datetime) -> Event:
    return DrawVoided(draw_id=DRAW, purpose="survey/1", reason="另有回避情形", voided_at=start)


TIMERS = [
    pytest.param(Duty.DRAW_COMMITMENTS, (declared,), committed, id="commitments"),
    pytest.param(Duty.DRAW_ESCROWS, (declared, committed), escrowed, id="escrows"),
    pytest.param(Duty.DRAW_REVEALS, (declared, committed), revealed, id="reveals"),
    pytest.param(Duty.DRAW_OPENINGS, (declared, committed, escrowed, missed), revealed, id="openings"),
    pytest.param(Duty.DRAW_BEACON, (declared, committed, escrowed, revealed), completed, id="beacon"),
]
ENDS = {
    Duty.DRAW_COMMITMENTS: "commit_by",
    Duty.DRAW_ESCROWS: "give_by",
    Duty.DRAW_REVEALS: "reveal_by",
    Duty.DRAW_OPENINGS: "open_by",
}
"""Which instant of the declaration ends a timer; the beacon has three working days after its own."""


async def waiting(house: House, opening: tuple[Said, ...]) -> datetime:
    """A draw whose steps so far were said; from when on."""
    start = house.clock.legal().replace(microsecond=0)
    await house.hear(*(said(start) for said in opening), source="expert")
    return start


async def the(house: House, duty: Duty) -> dict[str, Any]:
    wanted = {"duty": duty, "about": f"draw/{DRAW}"}
    (found,) = (await house.http(Role.OVERSEER).get("/obligations", params=wanted)).json()["items"]
    shown: dict[str, Any] = found
    return shown


@pytest.mark.parametrize(("duty", "opening", "meeting"), TIMERS)
async def test_each_awaited_step_has_its_timer_and_meets_it(
    open_house: OpenHouse, duty: Duty, opening: tuple[Said, ...], meeting: Said
) -> None:
    house = await open_house(service)
    start = await waiting(house, opening)
    running = await the(house, duty)

    await house.hear(meeting(start), source="expert")

    due = datetime.fromisoformat(running["due_at"])
    assert running["state"] == "open"
    assert due == by(start, ENDS[duty]) if duty in ENDS else due > by(start, "beacon_due") + timedelta(days=3)
    assert (await the(house, duty))["state"] == "met"


@pytest.mark.parametrize(("duty", "opening", "meeting"), TIMERS)
async def test_a_void_ends_what_is_awaited(
    open_house: OpenHouse,
    duty: Duty,
    opening: tuple[Said, ...],
    meeting: Said,
) -> None:
    house = await open_house(service)
    start = await waiting(house, opening)

    await house.hear(voided(start), source="expert")

    assert (await the(house, duty))["state"] == "cancelled"


@pytest.mark.parametrize(("duty", "opening", "meeting"), TIMERS)
async def test_a_step_that_does_not_come_is_told_once_its_instant_is_past_and_no_card_is_shown(
    open_house: OpenHouse,
    duty: Duty,
    opening: tuple[Said, ...],
    meeting: Said,
) -> None:
    house = await open_house(service)
    await waiting(house, opening)
    due = datetime.fromisoformat((await the(house, duty))["due_at"])

    house.clock.forward(due - house.clock.legal() + timedelta(seconds=1))
    async with neighbours(house):
        while (await the(house, duty))["state"] == "open":
            await look(house.runtime)

    told = [event.data for event in await house.said() if event.type.endswith(".ObligationDeemed.v1")]
    assert ((await the(house, duty))["state"], (await the(house, duty))["card"]) == ("deemed", None)
    assert (str(duty), f"draw/{DRAW}") in [(one["duty"], one["about"]) for one in told]
