"""Which door leads to a department's feed? One: asked again and again, asked and waited for, or left open as a stream.

For systems that can only call out. What is told is what their topic on the bus tells, under the same numbers.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from shenguan_chassis.http import Call
from shenguan_chassis.http.limited import take_time
from shenguan_chassis.leaving import leaving

from ..settings import runtime_of
from . import views
from .tidings import tidings_of, wait
from .views import FeedAsked, FeedPage, FeedView

router = APIRouter(tags=["推送"])

STREAM = "text/event-stream"
LOOK_AGAIN = 1.0
"""Seconds until a reader looks for what another replica numbered, and whether its own ends."""
_TO_ANSWER = 10.0
_LONGEST_STREAM = 600.0
"""Seconds until a stream ends and its reader comes again, with a token that is still good."""
_ALIVE = 15.0
"""Seconds without an event, after which a stream says that it is still there."""

_STREAMED = {"content": {STREAM: {"schema": {"type": "string"}}}, "description": "推送，或事件流（SSE）。"}


@router.get("/feed", summary="接收本单位推送", response_model=FeedView, responses={200: _STREAMED})
async def feed(request: Request, call: Call, wanted: Annotated[FeedAsked, Query()]) -> Response:
    """Events after a number, in order, without gap. `wait` holds the answer; `Accept: text/event-stream` streams."""
    seen = request.headers.get("last-event-id", "")
    if seen.isdecimal() and len(seen) <= 18:
        wanted = wanted.model_copy(update={"after": int(seen)})
    streams = STREAM in request.headers.get("accept", "")
    take_time(request.scope, wanted.wait + _TO_ANSWER)  # allow scope-by-hand: the request's, not a reader's
    page = await _page(call, wanted, 0 if streams else wanted.wait)
    return StreamingResponse(_stream(call, wanted, page), media_type=STREAM) if streams else page


async def _page(call: Call, wanted: FeedAsked, longest: float) -> FeedPage:
    """The next events; where there are none, what comes within `longest` seconds, or until the service ends."""
    tidings, page, now = tidings_of(runtime_of(call)), await _shown(call, wanted), asyncio.get_running_loop().time
    until = now() + longest
    while not page.events and now() < until and not leaving():
        told = tidings.next(page.department)
        page = await _shown(call, wanted)
        if not page.events:
            await wait(told, min(until - now(), LOOK_AGAIN))
    return page


async def _shown(call: Call, wanted: FeedAsked) -> FeedPage:
    page = await call.show(views.feed_shown, wanted)
    if not isinstance(page, FeedPage):
        raise TypeError("a feed is shown as a page of it")
    return page


async def _stream(call: Call, wanted: FeedAsked, page: FeedPage) -> AsyncIterator[bytes]:
    """Pages as they come, and a sign of life where none does."""
    now = asyncio.get_running_loop().time
    until = now() + _LONGEST_STREAM
    while now() < until and not leaving():
        yield page.frames() or b": \n\n"
        wanted = wanted.model_copy(update={"after": page.after})
        page = await _page(call, wanted, _ALIVE)
