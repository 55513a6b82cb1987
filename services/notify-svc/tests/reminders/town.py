"""A town in these tests: offices, posts that real persons hold, how they are reached, and what they owe."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

import httpx

from shenguan_chassis.bus.port import Record
from shenguan_chassis.testing.house import House
from shenguan_chassis.testing.receiver import Receiver
from shenguan_contracts.catalogue import topic_of
from shenguan_contracts.documents import PolicyDocForwarded, PolicyDocReceived
from shenguan_contracts.envelope import encode, urn
from shenguan_contracts.supervision import DepartmentRegistered, OfficerDesignated
from shenguan_contracts.types import DepartmentKind, Post
from shenguan_kernel.roles import Role
from shenguan_kernel.working_days import end_of, legal_day, seed_calendar
from shenguan_kernel.working_days.legal_day import instant_of

from .mailbox import Mailbox

OVERSIGHT = "staffing-office"
KINDS = {"fire": DepartmentKind.DEPARTMENT, "bureau": DepartmentKind.BUREAU, OVERSIGHT: DepartmentKind.OVERSEER}
NEVER_QUIET = {"quiet_from": "00:00", "quiet_to": "00:00"}
KEY = "00000000-aaaa-bbbb-cccc-00000000c0de"
TEN, HOUR, MINUTE = time(10), timedelta(hours=1), timedelta(minutes=1)


@dataclass
class Town:
    """The house, what its people hold, and where their messages arrive."""

    house: House
    robots: Receiver
    mailbox: Mailbox
    people: dict[str, str] = field(default_factory=dict)
    """Persons' references by post; the overseer is the district's."""

    @property
    def keeper(self) -> httpx.AsyncClient:
        """Who looks after contacts."""
        return self.house.http(Role.SYSTEM_ADMINISTRATOR)

    @property
    def overseer(self) -> httpx.AsyncClient:
        """Who sees all."""
        return self.house.http(Role.OVERSEER)

    async def reach(self, post: str, **channels: Any) -> Any:
        """Register how the holder of a post is reached; at any hour, unless the test says otherwise."""
        body = {"person_id": self.people[post], **NEVER_QUIET, **channels}
        answer = await self.keeper.post("/contacts", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def owes(self, number: int = 1) -> str:
        """`fire` receives a superior's document, and has until the end of the next working day; the obligation."""
        await self.house.hear(received(number, self.house.clock.legal()), source="supervision")
        page = (await self.overseer.get("/obligations", params={"about": f"policy-document/{UUID(int=number)}"})).json()
        found: str = page["items"][0]["id"]
        return found

    async def acts(self, number: int = 1) -> None:
        """`fire` forwards the document."""
        await self.house.hear(forwarded(number, self.house.clock.legal()), source="supervision")

    async def acts_as_of(self, at: datetime, number: int = 1) -> None:
        """`fire` forwarded the document then, and this is heard only now."""
        event = forwarded(number, at)
        source = urn(self.house.runtime.settings.division, "supervision")
        body = encode(event, source=source, sequence=2, time=at)
        await self.house.bus.publish([Record(topic_of("supervision"), event.subject.encode(), body)])
        await self.house.settle()

    def to(self, instant: datetime) -> None:
        """Move the legal clock."""
        self.house.clock.forward(instant - self.house.clock.legal())

    async def reminders(self, until: Callable[[list[Any]], bool], **wanted: str) -> list[Any]:
        """The reminders once they look as wanted, oldest first."""
        async with asyncio.timeout(40):
            while not until(found := (await self.overseer.get("/reminders", params=wanted)).json()["items"]):  # noqa: ASYNC110 - as a client sees it
                await asyncio.sleep(0.02)
            return found

    async def detail(self, reminder: Any, until: Callable[[Any], bool] = bool) -> Any:
        """One reminder with its attempts, once it looks as wanted."""
        async with asyncio.timeout(40):
            while not until(found := (await self.overseer.get(f"/reminders/{reminder['id']}")).json()):  # noqa: ASYNC110 - as a client sees it
                await asyncio.sleep(0.02)
            return found


async def settled(house: House, robots: Receiver, mailbox: Mailbox) -> Town:
    """People move in and take their posts on a Monday at ten, by the legal clock."""
    town = Town(house, robots, mailbox)
    town.to(next_monday(house.clock.legal()))
    now = house.clock.legal()
    posts = [(post.value, "fire") for post in Post if post is not Post.OVERSEER] + [("overseer", OVERSIGHT)]
    posts.append(("operator", "bureau"))
    for number, (name, department) in enumerate(posts):
        body = {"department": department, "name": "示例", "title": "科员", "mobile": f"1390000100{number}"}
        answer = await town.keeper.post("/people", json=body)
        assert answer.status_code == 201, answer.text
        town.people[name] = answer.json()["id"]
    await house.hear(*(registered(code, now) for code in KINDS), source="supervision")
    held = [(name, department) for name, department in posts if name != "operator"]
    await house.hear(*(designated(town, name, department, now) for name, department in held), source="supervision")
    return town


def next_monday(now: datetime) -> datetime:
    """Ten in the morning of a Monday ahead, with two working days behind it."""
    calendar, day = seed_calendar(), legal_day(now) + timedelta(days=1)
    while not (day.weekday() == 0 and calendar.nth_after(day, 2) == day + timedelta(days=2)):
        day += timedelta(days=1)
    return instant_of(day, TEN)


def tomorrow(town: Town, at: time = time(0)) -> datetime:
    """The next legal day at an hour."""
    return instant_of(legal_day(town.house.clock.legal()) + timedelta(days=1), at)


def after_the_end(town: Town, days: int = 0) -> datetime:
    """A minute after the end of what was received today, or so many working days later."""
    return end_of(seed_calendar().nth_after(legal_day(town.house.clock.legal()), 1 + days)) + MINUTE


def registered(department: str, at: datetime) -> DepartmentRegistered:
    return DepartmentRegistered(
        department_id=UUID(int=len(department)),
        department=department,
        name=f"{department}局",
        kind=KINDS[department],
        registered_at=at,
    )


def designated(town: Town, post: str, department: str, at: datetime) -> OfficerDesignated:
    return OfficerDesignated(
        post_id=UUID(int=1_000 + [*Post].index(Post(post))),
        department=department,
        post=Post(post),
        person_id=UUID(town.people[post]),
        designated_at=at,
    )


def received(number: int, at: datetime) -> PolicyDocReceived:
    return PolicyDocReceived(
        policy_document_id=UUID(int=number),
        department="fire",
        title="关于调整审批事项的通知",
        superior="省消防救援总队",
        recipients=("bureau",),
        received_at=at,
        registered_at=at,
    )


def forwarded(number: int, at: datetime) -> PolicyDocForwarded:
    return PolicyDocForwarded(
        policy_document_id=UUID(int=number), department="fire", recipient="bureau", forwarded_at=at
    )
