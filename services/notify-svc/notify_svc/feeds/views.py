"""What does a department's system read of its feed? The events after a number, in order, and where to go on.

A cursor is the number of the last event seen. Numbers are dense and kept for good, so a reader may come back after a
month, and sees at once if it left one out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Select

from shenguan_chassis.deciding import view
from shenguan_chassis.http import Shown
from shenguan_chassis.reading import Read
from shenguan_chassis.refusals import Refusal
from shenguan_contracts.types import DepartmentCode
from shenguan_kernel.roles import READERS

from . import rules
from .rules import Feed
from .store import first_said_since, last_number, last_numbers, numbered, numbered_among

LONGEST_WAIT = 30
MOST = 1_000
_LAST = 10**18 - 1


class CursorAhead(Refusal, rule="推送游标", field="after"):
    """游标大于本单位推送的最后序号：服务端可能由备份恢复。请核对 last，自该序号重新接收，按事件编号去重。"""


class FeedAsked(BaseModel):
    """What is asked of a feed."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    after: int = Field(default=0, ge=0, le=_LAST, description="已收到的最后序号（feedsequence）；0 为从头开始。")
    limit: int = Field(default=100, ge=1, le=MOST, description="一次最多几条。")
    wait: int = Field(default=0, ge=0, le=LONGEST_WAIT, description="没有新事件时最多等待的秒数（长轮询）。")
    department: DepartmentCode | None = Field(default=None, description="部门代码；默认为本单位。")


class FeedView(Shown):
    """推送."""

    items: tuple[dict[str, Any], ...] = Field(description="事件（CloudEvents JSON），带本推送的序号 feedsequence。")
    next: str = Field(description="下次请求的 after。")


class FeedPage(Response):
    """Some events of a feed; written as they were kept, never read again."""

    def __init__(self, department: str, rows: Sequence[Any], after: int) -> None:
        self.department = department
        self.after = int(rows[-1]["number"]) if rows else after
        self.events = [(int(row["number"]), rules.as_sent(row["body"], row["number"])) for row in rows]
        body = b'{"items":[%s],"next":"%d"}' % (b",".join(event for _, event in self.events), self.after)
        super().__init__(body, media_type="application/json")

    def frames(self) -> bytes:
        """The same as server-sent events; a reader that was cut off says the last `id` it has seen."""
        return b"".join(b"id: %d\ndata: %s\n\n" % event for event in self.events)


@view(*READERS)
async def feed_shown(read: Read, asked: FeedAsked) -> FeedPage:
    """The next events of a feed that is the reader's to see; raises NotFound, CursorAhead."""
    office = asked.department or (read.caller.department if read.caller else None) or ""
    await read.get(Feed, office)
    rows = await read.rows(numbered(office, asked.after, asked.limit))
    if not rows and asked.after:
        last = (await read.rows(last_number(office)))[0]["last"]
        if asked.after > last:
            raise CursorAhead(last=last)
    return FeedPage(office, rows, asked.after)


def entries_after(department: str, after: int, most: int) -> Select[Any]:
    """Numbers and bodies of a feed's next entries: for whoever sends them on."""
    return numbered(department, after, most)


def entries_of(department: str, numbers: Sequence[int]) -> Select[Any]:
    """Numbers and bodies of certain entries."""
    return numbered_among(department, numbers)


def feed_ends() -> Select[Any]:
    """The last number of each feed."""
    return last_numbers()


def said_since(department: str, since: datetime) -> Select[Any]:
    """The first number of a feed whose event was said at an instant or later; null if there is none."""
    return first_said_since(department, since)
