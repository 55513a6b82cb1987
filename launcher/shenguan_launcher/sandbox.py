"""How is the legal clock of an embedded district moved? By a door that a distributed district does not have."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Annotated

from asyncpg import Connection
from fastapi import FastAPI, Response
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from shenguan_chassis.clock import SandboxClock
from shenguan_chassis.deciding import Command, public
from shenguan_chassis.http import Body, Call, Shown, Visit, problems
from shenguan_chassis.http.app import furnish, open_for
from shenguan_chassis.reading import Read
from shenguan_chassis.runtime import Runtime
from shenguan_kernel.roles import Role

_SPAN = re.compile(r"^\+?(\d{1,4})([dhms])$")
_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
MOVE_CLOCK = Command("move_clock", frozenset({Role.SYSTEM_ADMINISTRATOR}), "拨快法定时钟")


def span(text: str) -> timedelta:
    """`+3d`, `12h`, `30m`, `90s` as a time span; raises ValueError."""
    found = _SPAN.match(text)
    if found is None or int(found[1]) == 0:
        raise ValueError(text)
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _checked(text: str) -> str:
    try:
        span(text)
    except ValueError:
        raise PydanticCustomError("clock_span", "时钟只能向前拨：请写成 +3d、+12h、+30m 或 +90s。") from None
    return text


class Forward(Body):
    """How far to move the legal clock."""

    by: Annotated[str, AfterValidator(_checked), Field(description="+3d、+12h、+30m、+90s")]


class ClockShown(Shown):
    """Both clocks."""

    legal: datetime
    system: datetime


def sandbox_doors(clock: SandboxClock, runtime: Runtime) -> FastAPI:
    """`GET` and `POST /sandbox/clock`; tokens are checked as at every other door."""
    app = FastAPI(title="审管 Shenguan · 沙盒时钟", version="1", openapi_url=None)
    app.state.prefix = "/sandbox"
    problems.install(app)
    open_for(app, runtime)

    @public
    async def shown(_: Read) -> ClockShown:
        return ClockShown(legal=clock.legal(), system=clock.system())

    @app.get("/sandbox/clock")
    async def tell(visit: Visit) -> Response:
        """What both clocks say."""
        return await visit.show(shown)

    @app.post("/sandbox/clock")
    async def forward(body: Forward, call: Call) -> Response:
        """Move the legal clock forward. Asked again under its key, it is moved no further."""

        async def ahead(_: Connection, now: datetime) -> ClockShown:
            return ClockShown(legal=clock.legal() + span(body.by), system=now)

        answer = await call.operate(MOVE_CLOCK, ahead)
        _bring(clock, to=ClockShown.model_validate_json(bytes(answer.body)).legal)
        return answer

    furnish(app, "sandbox")
    return app


def _bring(clock: SandboxClock, *, to: datetime) -> None:
    """What was answered comes true, however often it was answered."""
    ahead = to - clock.legal()
    if ahead > timedelta():
        clock.forward(ahead)
