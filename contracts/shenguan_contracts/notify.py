"""What does notify-svc say? The calendar everyone counts by, and what became of each duty."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from .duties import Duty
from .event import Event, doc
from .types import AfterHoursRule, DepartmentCode, Instant, LegalDay, Post, Text


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


class CalendarMissing(Event, source="notify", stream="calendar-notice"):
    """放假安排未载入: ends are counted by a prediction although the announcement is due (ALL art. 82)."""

    calendar_notice_id: UUID = doc("The notice of that year.", "提醒")
    year: int = doc("Which year.", "年度", ge=2004, le=2100)
    obligations: int = doc("Open obligations whose end it may move.", "受影响的义务数", ge=0)
    missing_at: Instant = doc("When it was found missing.", "发现时间")


class AgendaOpened(Event, source="notify", stream="agenda"):
    """开通时限日历: calendar programs may read what an office still owes, at a secret address of its own (R16)."""

    agenda_id: UUID = doc("The agenda.", "时限日历")
    department: DepartmentCode = doc("Whose.", "单位代码")
    opened_at: Instant = doc("When.", "开通时间")


class AgendaClosed(Event, source="notify", stream="agenda"):
    """关闭时限日历: its address leads nowhere any more."""

    agenda_id: UUID = doc("The agenda.", "时限日历")
    department: DepartmentCode = doc("Whose.", "单位代码")
    closed_at: Instant = doc("When.", "关闭时间")


class BusinessHoursSet(Event, source="notify", stream="business-hours", starts=True):
    """设定办公时间: what counts after closing time at one office (民法典 art. 203; 电子签名法 art. 11)."""

    business_hours_id: UUID = doc("The office's hours.", "办公时间")
    department: DepartmentCode = doc("Which office.", "单位代码")
    after_hours: AfterHoursRule = doc("Its rule for receipts after closing time.", "下班后收件规则")
    closes_minute: int = doc("Closing time, minutes after midnight in Shanghai.", "下班时刻（分钟）", ge=0, le=1439)
    set_at: Instant = doc("When.", "设定时间")


class DutyLimitSet(Event, source="notify", stream="duty-limit", starts=True):
    """设定时限: what 及时 means here, within lawful bounds; obligations keep the edition they were born under."""

    duty_limit_id: UUID = doc("The duty's limit.", "职责时限")
    duty: Duty = doc("Which duty.", "义务类别")
    days: int = doc("Working days.", "工作日数", ge=1)
    basis: Text = doc("The decision it rests on.", "依据")
    set_at: Instant = doc("When.", "设定时间")


class ClockDoubted(Event, source="notify", stream="clock-watch"):
    """时钟存疑: the host's clock jumped or disagrees; what the law attaches effects to is held until it is trusted."""

    clock_watch_id: UUID = doc("The watch over the clock.", "时钟守望")
    why: Text = doc("What was found, as a code.", "存疑原因")
    seconds: int = doc("By how many seconds, forward or back (negative).", "相差秒数", ge=-(2**53), le=2**53)
    doubted_at: Instant = doc("When, by the host's clock as it is.", "发现时间")


class ClockTrusted(Event, source="notify", stream="clock-watch"):
    """时钟确认: the clocks agree again, or an operator confirmed once; what was held goes on."""

    clock_watch_id: UUID = doc("The watch over the clock.", "时钟守望")
    confirmed: bool = doc("True if an operator confirmed; false if the clocks agree again.", "人工确认")
    trusted_at: Instant = doc("When.", "确认时间")


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
    timer: bool = doc("True if nobody bears it: its end has effect by itself.", "仅计时", default=False)


class ObligationSuspended(Event, source="notify", stream="obligation"):
    """中止: the clock stands still; `due_at` is known again when it goes on (ALL art. 45)."""

    obligation_id: UUID = doc("The obligation.", "义务")
    duty: Duty = doc("Which duty.", "义务类别")
    department: DepartmentCode = doc("Who bears it.", "承担单位")
    about: str = doc("The subject it is about.", "相关对象")
    ground: Text = doc("Why, as a code: the special procedure.", "中止事由")
    suspended_at: Instant = doc("From when.", "中止时间")


class ObligationResumed(Event, source="notify", stream="obligation"):
    """恢复: the clock goes on, and ends then (ALL art. 45)."""

    obligation_id: UUID = doc("The obligation.", "义务")
    duty: Duty = doc("Which duty.", "义务类别")
    department: DepartmentCode = doc("Who bears it.", "承担单位")
    about: str = doc("The subject it is about.", "相关对象")
    resumed_at: Instant = doc("When.", "恢复时间")
    due_on: LegalDay = doc("Last day from now on.", "截止日")
    due_at: Instant = doc("The instant it ends from now on.", "截止时间")
    provisional: bool = doc("True if the calendar of a year in it is not announced yet.", "暂定")


class ObligationExtended(Event, source="notify", stream="obligation"):
    """延长: the limit was lawfully made longer (ALL art. 42)."""

    obligation_id: UUID = doc("The obligation.", "义务")
    duty: Duty = doc("Which duty.", "义务类别")
    department: DepartmentCode = doc("Who bears it.", "承担单位")
    about: str = doc("The subject it is about.", "相关对象")
    extended_at: Instant = doc("When.", "延长时间")
    due_on: LegalDay = doc("Last day from now on.", "截止日")
    due_at: Instant = doc("The instant it ends from now on.", "截止时间")
    provisional: bool = doc("True if the calendar of a year in it is not announced yet.", "暂定")


class ObligationRescheduled(Event, source="notify", stream="obligation"):
    """改期: the calendar was amended, so the last day is another one, or the same one for certain (ALL art. 82)."""

    obligation_id: UUID = doc("The obligation.", "义务")
    duty: Duty = doc("Which duty.", "义务类别")
    department: DepartmentCode = doc("Who bears it.", "承担单位")
    about: str = doc("The subject it is about.", "相关对象")
    due_on_before: LegalDay = doc("Last day by the calendar as it was.", "原截止日")
    due_on: LegalDay = doc("Last day from now on.", "截止日")
    due_at: Instant = doc("The instant it ends from now on.", "截止时间")
    provisional: bool = doc("True if the calendar of a year in it is not announced yet.", "暂定")
    rescheduled_at: Instant = doc("When.", "改期时间")


class ObligationReopened(Event, source="notify", stream="obligation"):
    """撤回逾期: a suspension, an extension or a day off became known late; `overdue` is taken back, the clock runs."""

    obligation_id: UUID = doc("The obligation.", "义务")
    duty: Duty = doc("Which duty.", "义务类别")
    department: DepartmentCode = doc("Who bears it.", "承担单位")
    about: str = doc("The subject it is about.", "相关对象")
    reopened_at: Instant = doc("When this was found.", "认定时间")


class ObligationNearlyDue(Event, source="notify", stream="obligation"):
    """临期预警: the yellow card (电子监察黄牌)."""

    obligation_id: UUID = doc("The obligation.", "义务")
    duty: Duty = doc("Which duty.", "义务类别")
    department: DepartmentCode = doc("Who bears it.", "承担单位")
    about: str = doc("The subject it is about.", "相关对象")
    due_at: Instant = doc("When it ends.", "截止时间")
    warned_at: Instant = doc("When.", "预警时间")


class ObligationDeemed(Event, source="notify", stream="obligation"):
    """期满: a timer ran out; what the law attaches to it happens by itself, and nobody is late."""

    obligation_id: UUID = doc("The timer.", "计时")
    duty: Duty = doc("Which timer.", "义务类别")
    department: DepartmentCode = doc("Who keeps the matter.", "主管单位")
    about: str = doc("The subject it is about.", "相关对象")
    due_at: Instant = doc("The instant that the law goes by.", "期满时间")
    deemed_at: Instant = doc("When this was found.", "认定时间")


class ObligationCancelled(Event, source="notify", stream="obligation"):
    """义务消灭: what it was about is gone."""

    obligation_id: UUID = doc("The obligation.", "义务")
    duty: Duty = doc("Which duty.", "义务类别")
    department: DepartmentCode = doc("Who bore it.", "承担单位")
    about: str = doc("The subject it was about.", "相关对象")
    ground: Text = doc("The event that ended it.", "消灭事由")
    cancelled_at: Instant = doc("When.", "消灭时间")


class ObligationDisclaimed(Event, source="notify", stream="obligation"):
    """申请不适用: the bearer says that it does not apply, and why; the clock runs on until a second person agrees."""

    obligation_id: UUID = doc("The obligation.", "义务")
    duty: Duty = doc("Which duty.", "义务类别")
    department: DepartmentCode = doc("Who bears it.", "承担单位")
    about: str = doc("The subject it is about.", "相关对象")
    reason: Text = doc("Why.", "理由")
    disclaimed_at: Instant = doc("When.", "申请时间")


class ObligationNotApplicable(Event, source="notify", stream="obligation"):
    """不适用: a second person agreed; nothing is owed."""

    obligation_id: UUID = doc("The obligation.", "义务")
    duty: Duty = doc("Which duty.", "义务类别")
    department: DepartmentCode = doc("Who bore it.", "承担单位")
    about: str = doc("The subject it was about.", "相关对象")
    reason: Text = doc("Why.", "理由")
    excused_at: Instant = doc("When.", "认定时间")


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
