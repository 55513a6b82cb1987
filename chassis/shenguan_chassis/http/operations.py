"""What may operators ask of a service? What was set aside, to try it again, and to say again what it said."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from asyncpg import Connection
from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime, Field

from .. import deadletters, kept
from ..deadletters import Which
from ..deciding import Command, view
from ..identity.powers import OPERATING
from ..reading import Read
from ..service import Service
from .body import Body, Shown
from .call import Call


class DeadLetterShown(Shown):
    """An event that was set aside."""

    source: str
    subject: str
    seq: int
    type: str
    why: str
    reason: str | None
    tries: int
    since: datetime
    behind: int = Field(description="How many of its stream wait behind it.")


class Redrive(Body):
    """Which events to try again; all that is named must fit."""

    source: str | None = Field(default=None, description="来源服务。")
    type: str | None = Field(default=None, description="事件类型。")
    subject: str | None = Field(default=None, description="对象。")


class Wanted(Redrive):
    """Which of them to show."""

    limit: int = Field(default=100, ge=1, le=1000, description="最多几条。")


class Republish(Body):
    """Which kept events to say again; nothing named: all."""

    subjects: tuple[str, ...] | None = Field(default=None, max_length=10_000, description="对象。")
    since: AwareDatetime | None = Field(default=None, description="自此刻起（系统时间）。")


class Done(Shown):
    """How many events it was."""

    events: int


def router(service: Service) -> APIRouter:
    """The operators' doors of a service."""
    doors = APIRouter(tags=["运行"])
    _look_at_dead_letters(doors)
    _repeat(doors, service)
    return doors


REDRIVE = Command("redrive", frozenset({OPERATING}), "重新处理搁置事件")
REPUBLISH = Command("republish", frozenset({OPERATING}), "重新发布已存事件")


@view(OPERATING)
async def dead_letters_shown(read: Read, which: Which, limit: int) -> list[DeadLetterShown]:
    """What was set aside, by stream."""
    found = await deadletters.listed(read.connection, which, limit=limit)
    return [DeadLetterShown.model_validate(letter) for letter in found]


def _look_at_dead_letters(doors: APIRouter) -> None:
    @doors.get("/dead-letters", summary="搁置事件", response_model=list[DeadLetterShown])
    async def list_dead_letters(call: Call, wanted: Annotated[Wanted, Query()]) -> Response:
        """Events that could not take effect, with the reason, and how many wait behind each."""
        which = Which(**wanted.model_dump(exclude={"limit"}))
        return await call.show(dead_letters_shown, which, wanted.limit)

    @doors.post("/dead-letters/redrive", summary="重新处理搁置事件", response_model=Done)
    async def redrive(body: Redrive, call: Call) -> Response:
        """Let what was set aside be tried again, in the order of its stream."""

        async def again(connection: Connection, now: datetime) -> Done:
            return Done(events=await deadletters.redrive(connection, Which(**body.model_dump()), now))

        return await call.operate(REDRIVE, again)


def _repeat(doors: APIRouter, service: Service) -> None:
    @doors.post("/republish", summary="重新发布已存事件", response_model=Done)
    async def republish(body: Republish, call: Call) -> Response:
        """Say kept events again, in order; whoever has them drops them."""

        async def again(connection: Connection, _: datetime) -> Done:
            subjects, since = body.subjects, body.since
            queued = await kept.republish(connection, service=service.name, subjects=subjects, since=since)
            return Done(events=queued)

        return await call.operate(REPUBLISH, again)
