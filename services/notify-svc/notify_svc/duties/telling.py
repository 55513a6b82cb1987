"""How does a duty read in Chinese? For the door, for the page in docs/, and for whoever explains a date."""

from __future__ import annotations

from .limits import AtInstant, ClearDaysBefore, EndOfDay, Limit, Promptly, WorkingDays, WorkingDaysFrom


def limit_in_words(limit: Limit, days_set: int | None = None) -> str:
    """The limit; `days_set` is what the operator set where the law leaves it open."""
    match limit:
        case WorkingDays(days):
            return f"{days}个工作日"
        case WorkingDaysFrom("promised_days"):
            return "该事项承诺的工作日数"
        case WorkingDaysFrom("statutory_days"):
            return "该事项法定的工作日数"
        case WorkingDaysFrom():
            return "来文载明的工作日数"
        case Promptly(days, at_most):
            return f"及时：现定{days_set or days}个工作日（可设1至{at_most}个工作日）"
        case AtInstant():
            return "指定的时刻"
        case EndOfDay():
            return "指定之日24时"
        case ClearDaysBefore(_, days):
            return f"举行之日前留足{days}个工作日"
