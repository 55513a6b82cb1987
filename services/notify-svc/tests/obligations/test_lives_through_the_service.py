"""Random lives told to the running service over its bus, looked at in between: each ends as the model says."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from notify_svc.app import service
from notify_svc.obligations.scheduler import look
from shenguan_chassis.bus.port import Record
from shenguan_chassis.testing.house import House, OpenHouse
from shenguan_contracts.approval import CaseGranted
from shenguan_contracts.catalogue import topic_of
from shenguan_contracts.envelope import encode, urn
from shenguan_contracts.event import Event
from shenguan_kernel.roles import Role

from .neighbours import neighbours
from .plain_model import Act, Plain, a_life
from .said_by_others import ITEM, accepted, closed, extended, resumed, suspended

BY_LAW = 20


@dataclass(frozen=True)
class Life:
    """One case with its acts, and the two limits that run beside each other from its acceptance."""

    case: UUID
    since_at: datetime
    acts: list[Act]
    models: dict[str, Plain]

    def said(self) -> list[tuple[Event, datetime]]:
        """Everything that is said of the case, each with the time at which it is."""
        promised = self.models["decide_case"].days
        told = [(accepted(self.since_at, promised_days=promised), self.since_at)]
        told += [(SAID[act.kind](act), act.at) for act in self.acts]
        return [(event.model_copy(update={"case_id": self.case}), at) for event, at in told]


SAID: dict[str, Any] = {
    "suspend": lambda act: suspended(act.at),
    "resume": lambda act: resumed(act.at),
    "extend": lambda act: extended(act.at, days=act.days),
    "meet": lambda act: CaseGranted(case_id=ITEM, item_code="FIRE-01", license_id=ITEM, granted_at=act.at),
    "cancel": lambda act: closed(act.at),
}


def life(number: int, chance: random.Random) -> Life:
    since_at, days, acts = a_life(chance)
    models = {"decide_case": Plain(since_at, days), "decide_by_law": Plain(since_at, BY_LAW)}
    return Life(UUID(int=chance.getrandbits(120) << 8 | number % 256), since_at, acts, models)


def record(event: Event, number: int, at: datetime) -> Record:
    body = encode(event, source=urn("370302", "approval"), sequence=number, time=at)
    return Record(topic_of("approval"), event.subject.encode(), body)


async def look_at_all(house: House) -> None:
    while await look(house.runtime):
        pass


async def ends(house: House, duty: str) -> dict[str, str]:
    """Where each obligation of a duty stands, page by page, as the overseer reads them."""
    found: dict[str, str] = {}
    asked: dict[str, Any] = {"duty": duty, "limit": 100}
    while True:
        page = (await house.http(Role.OVERSEER).get("/obligations", params=asked)).json()
        found |= {each["about"]: each["state"] for each in page["items"]}
        if page["next"] is None:
            return found
        asked["after"] = page["next"]


@pytest.mark.parametrize("lives", [60, pytest.param(1_000, marks=pytest.mark.whole)])
async def test_each_life_ends_as_the_model_says(open_house: OpenHouse, lives: int) -> None:
    house, chance = await open_house(service), random.Random(lives)
    all_of_them = [life(number, chance) for number in range(lives)]
    told = [each.said() for each in all_of_them]

    async with neighbours(house):
        for turn in range(max(map(len, told))):
            said = [record(*(what[turn][0], turn + 1, what[turn][1])) for what in told if turn < len(what)]
            chance.shuffle(said)
            await house.bus.publish(said)
            await house.settle()
            if chance.random() < 0.5:  # late as it is for all of them, what was in time is heard afterwards
                await look_at_all(house)
        await look_at_all(house)

    for duty in ("decide_case", "decide_by_law"):
        states = await ends(house, duty)
        assert {"met", "met_late", "overdue", "cancelled"} <= set(states.values())
        for each in all_of_them:
            model = each.models[duty]
            for act in each.acts:
                model.take(act)
            assert states[f"case/{each.case}"] == model.at_last(house.clock.legal()), (duty, each)
