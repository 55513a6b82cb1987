"""Who draws what was asked for by event? One loop per replica that holds the server's key.

It keeps nothing in memory: what waits lies in the table. Two replicas may try the same request; the draw's one id, and
the version of the answer, let one of them through.
"""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from pydantic import ValidationError

from shenguan_chassis.contention import AlreadyExists
from shenguan_chassis.refusals import Refusal
from shenguan_chassis.runtime import Runtime

from ..draws.key import ExpertSettings, registered_key
from . import commands
from .rules import PanelDemand, RequestUnusable
from .store import unanswered

LONGEST_SLEEP = 5.0
"""Seconds until the next look at the latest; the bell rings when this replica heard of a request."""


async def draw_requests(runtime: Runtime) -> None:
    """Answer every request for a panel, for ever."""
    bell = runtime.bell("requests", PanelDemand)
    while True:
        if not await look(runtime):
            await bell.wait(LONGEST_SLEEP)


async def look(runtime: Runtime) -> bool:
    """Answer the longest waiting ones; True if there were any."""
    async with runtime.reading(runtime.myself) as read:
        rows = await read.rows(unanswered())
    for row in rows:
        await _answer(runtime, row["panel_request_id"])
    return bool(rows)


async def _answer(runtime: Runtime, request: UUID) -> None:
    settings = runtime.settings
    if not isinstance(settings, ExpertSettings):
        raise TypeError("requests are drawn by expert-svc, with its key")
    refusal: Refusal
    try:
        await runtime.transact(commands.draw_requested, request, registered_key(settings))
    except AlreadyExists:  # another replica was faster
        return
    except ValidationError:  # the bus lets more through than the bureau's door; asked again it would stay so
        refusal = RequestUnusable()
    except Refusal as said:
        refusal = said
    else:
        return
    with suppress(AlreadyExists):
        await runtime.transact(commands.answer_refused, request, refusal)
