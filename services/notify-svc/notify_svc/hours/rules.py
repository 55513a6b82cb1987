"""When do an office's hours change? Hours in, the hours as they stand and their event out.

Where an office set none, the strict default holds: a receipt counts on its day, and the last day ends at 24:00.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from shenguan_chassis.refusals import Refusal
from shenguan_contracts.notify import BusinessHoursSet
from shenguan_contracts.types import AfterHoursRule
from shenguan_kernel.working_days import OfficeHours


class HoursUnchanged(Refusal, rule="民法典 203"):
    """该单位的办公时间规则与现行的完全相同：无需设定。"""


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessHours:
    """办公时间: `closes_minute` are minutes after midnight in Shanghai; 1020 is 17:00."""

    id: UUID
    version: int = 0
    department: str
    after_hours: AfterHoursRule
    closes_minute: int
    set_at: datetime

    def as_hours(self) -> OfficeHours:
        """The value that due dates are counted with."""
        return OfficeHours.closing(self.after_hours, self.closes_minute)


def set_hours(
    known: BusinessHours | None, key: UUID, department: str, wanted: OfficeHours, at: datetime
) -> tuple[BusinessHours, BusinessHoursSet]:
    """设定办公时间; obligations already open keep the hours that they were counted with. Raises HoursUnchanged."""
    rule, minute = AfterHoursRule(wanted.after_hours.value), wanted.closes_minute
    said = BusinessHoursSet(
        business_hours_id=key, department=department, after_hours=rule, closes_minute=minute, set_at=at
    )
    fresh = BusinessHours(id=key, department=department, after_hours=rule, closes_minute=minute, set_at=at)
    if known is None:
        return fresh, said
    if (known.after_hours, known.closes_minute) == (rule, minute):
        raise HoursUnchanged(department=department)
    return replace(fresh, version=known.version), said
