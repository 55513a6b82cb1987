"""By which hours does an office count? For doors and for the clocks of other slices."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

from pydantic import Field, model_validator
from sqlalchemy import select

from shenguan_chassis.deciding import public
from shenguan_chassis.http import Shown
from shenguan_chassis.reading import Read
from shenguan_contracts.types import AfterHoursRule
from shenguan_kernel.working_days import OfficeHours
from shenguan_kernel.working_days.limits import STRICT

from .rules import BusinessHours
from .store import business_hours, hours_id

A = TypeVar("A")


class Finds(Protocol):
    """A `Tx` or a `Read`: whoever can look up a row by its key."""

    async def find(self, kind: type[A], *key: Any) -> A | None:
        """The row, or None."""


class HoursView(Shown):
    """One office's hours."""

    version: int = Field(description="Its version.")
    department: str = Field(description="Which office.")
    after_hours: AfterHoursRule = Field(description="What a receipt after closing time counts as.")
    closes_at: str = Field(description="Closing time in Shanghai, HH:MM.", examples=["17:00"])

    @model_validator(mode="before")
    @classmethod
    def _of(cls, row: Any) -> Any:
        if not isinstance(row, BusinessHours):
            return row
        hours = row.as_hours()
        return {
            "version": row.version,
            "department": row.department,
            "after_hours": row.after_hours,
            "closes_at": f"{hours.closes_at:%H:%M}",
        }


@public
async def hours_shown(read: Read) -> list[HoursView]:
    """Every office that set its hours; the others go by the strict default."""
    rows = await read.rows(select(business_hours).order_by(business_hours.c.department))
    return [HoursView.model_validate(read.load(BusinessHours, row)) for row in rows]


def hours_wanted(department: str) -> tuple[type[Any], Any]:
    """The row that `hours_now` will ask for, to be read at once for many events."""
    return BusinessHours, hours_id(department)


async def hours_now(reader: Finds, department: str) -> OfficeHours:
    """The hours by which an office counts now."""
    known = await reader.find(BusinessHours, hours_id(department))
    return known.as_hours() if known else STRICT
