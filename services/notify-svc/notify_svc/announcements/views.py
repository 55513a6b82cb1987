"""Which years are missed? Those that the operator was told of and that nobody announced since."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field
from sqlalchemy import select

from shenguan_chassis.deciding import public
from shenguan_chassis.http import Shown
from shenguan_chassis.reading import Read

from ..calendar import views as calendar
from .rules import MissingYear
from .store import missing_years


class MissingYearView(Shown):
    """A year that is counted by a prediction although it should have been announced."""

    year: int = Field(description="年度。")
    version: int = Field(description="已提醒的次数。")
    obligations: int = Field(description="最近一次提醒时，截止日可能随之变动的未结义务数。")
    told_at: datetime = Field(description="最近一次提醒的时间。")


@public
async def missing_shown(read: Read) -> list[MissingYearView]:
    """The years missed, the nearest first; empty: all that should be known is loaded."""
    rows = await read.rows(select(missing_years).order_by(missing_years.c.year))
    told = [read.load(MissingYear, row) for row in rows]
    missed = [each for each in told if not await calendar.is_announced(read, each.year)]
    return [MissingYearView.model_validate(each) for each in missed]
