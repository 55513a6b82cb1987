"""What does notify-svc say? The calendar everyone counts by, and what became of each duty."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from .duties import Duty
from .event import Event, doc
from .types import DepartmentCode, Instant, LegalDay, Post, Text


class CalendarStatus(StrEnum):
    """Whether a year was announced."""

    OFFICIAL = "official"
    """As announced by the State Council's general office."""
    PROVISIONAL = "provisional"
    """Computed by the 2024 rules, before the announcement."""


class CalendarAmended(Event, source="notify", stream="calendar-year", starts=True):
    """公布工作日历: a whole year as it stands now; a late listener may begin here (ALL art. 82)."""

    calendar_year_id: UUID = doc("The year's stream.", "日历年度")
    year: int = doc("Which year.", "年度", ge=2004, le=2100)
    status: CalendarStatus = doc("Announced or computed.", "状态")
    basis: Text = doc("The announcement or rule it rests on.", "依据")
    off: tuple[LegalDay, ...] = doc("Weekdays off (holidays on Monday to Friday).", "放假工作日")
    makeup: tuple[LegalDay, ...] = doc("Saturdays and Sundays worked.", "调休上班日")
    amended_at: Instant = doc("When this edition was entered.", "生效时间")


class PersonRegistered(Event, source="notify", stream="person"):
    """登记人员: an officer can be reached; the name and the numbers stay with notify-svc (R16)."""

    person_id: UUID = doc("The reference by which all know the person.", "人员引用")
    department: DepartmentCode = doc("The officer's department.", "部门代码")
    registered_at: Instant = doc("When.", "登记时间")


class PersonCorrected(Event, source="notify", stream="person"):
    """更正人员信息: what is registered of an officer was put right (R16)."""

    person_id: UUID = doc("The reference.", "人员引用")
    department: DepartmentCode = doc("The officer's department.", "部门代码")
    corrected_at: Instant = doc("When.", "更正时间")


class ObligationOpened(Event, source="notify", stream="obligation"):
    """义务产生: a legal clock runs; `due_at` is what the law attaches its effect to."""

    obligation_id: UUID = doc("The obligation.", "义务")
    duty: Duty = doc("Which duty.", "义务类别")
    department: DepartmentCode = doc("Who bears it.", "承担单位")
    about: str = doc("The subject of the event that opened it.", "相关对象")
    recipient: DepartmentCode | None = doc("To whom it is owed, where there is one.", "对象单位", default=None)
    since_at: Instant = doc("The instant it counts from.", "起算时间")
    due_on: LegalDay = doc("Last day.", "截止日")
    due_at: Instant = doc("The instant it ends.", "截止时间")
    provisional: bool = doc("True if the calendar of a year in it is not announced yet.", "暂定")


class ObligationMet(Event, source="notify", stream="obligation"):
    """按期履行: done in time, by the time of the act that met it."""

    obligation_id: UUID = doc("The obligation.", "义务")
    duty: Duty = doc("Which duty.", "义务类别")
    department: DepartmentCode = doc("Who bore it.", "承担单位")
    about: str = doc("The subject it was about.", "相关对象")
    met_at: Instant = doc("When it was met, by the meeting event's own time.", "履行时间")


class ObligationMetLate(Event, source="notify", stream="obligation"):
    """逾期履行: done after its time; the lateness stays on record."""

    obligation_id: UUID = doc("The obligation.", "义务")
    duty: Duty = doc("Which duty.", "义务类别")
    department: DepartmentCode = doc("Who bore it.", "承担单位")
    about: str = doc("The subject it was about.", "相关对象")
    met_at: Instant = doc("When it was met.", "履行时间")


class ObligationOverdue(Event, source="notify", stream="obligation"):
    """逾期: said only once each source was heard past the due instant."""

    obligation_id: UUID = doc("The obligation.", "义务")
    duty: Duty = doc("Which duty.", "义务类别")
    department: DepartmentCode = doc("Who bears it.", "承担单位")
    about: str = doc("The subject it is about.", "相关对象")
    due_at: Instant = doc("When it should have been met.", "截止时间")
    overdue_at: Instant = doc("When this was found.", "认定时间")


class ObligationCorrected(Event, source="notify", stream="obligation"):
    """更正: an answer given in time arrived late; `overdue` is taken back."""

    obligation_id: UUID = doc("The obligation.", "义务")
    duty: Duty = doc("Which duty.", "义务类别")
    department: DepartmentCode = doc("Who bore it.", "承担单位")
    about: str = doc("The subject it was about.", "相关对象")
    met_at: Instant = doc("When it had been met.", "履行时间")


class EscalationRaised(Event, source="notify", stream="obligation"):
    """逐级提醒督办: the next rung is told, up to the principal head and the overseer (R10, R35)."""

    obligation_id: UUID = doc("The obligation.", "义务")
    duty: Duty = doc("Which duty.", "义务类别")
    department: DepartmentCode = doc("Who bears it.", "承担单位")
    about: str = doc("The subject it is about.", "相关对象")
    rung: Post = doc("Who is told.", "提醒对象")
    raised_at: Instant = doc("When.", "提醒时间")
