"""When is it due? The legal day, the calendar of working days, and limits counted over it with every day explained."""

from shenguan_kernel.working_days.calendar import Calendar, OutsideCalendar
from shenguan_kernel.working_days.calendar_year import CalendarYear
from shenguan_kernel.working_days.due import Due, due
from shenguan_kernel.working_days.explanation import ExplainedDay, Reason
from shenguan_kernel.working_days.fixed import FixedEnd, NoticeEnd
from shenguan_kernel.working_days.legal_day import SHANGHAI, end_of, legal_day
from shenguan_kernel.working_days.limits import AfterHours, Limit, OfficeHours, Suspension, calendar_days, working_days
from shenguan_kernel.working_days.notice import last_notice_day
from shenguan_kernel.working_days.operator_file import CalendarFile, CalendarFileFault, read_calendar_file
from shenguan_kernel.working_days.prediction import predicted_year
from shenguan_kernel.working_days.seed import seed_calendar, seed_years

__all__ = [
    "SHANGHAI",
    "AfterHours",
    "Calendar",
    "CalendarFile",
    "CalendarFileFault",
    "CalendarYear",
    "Due",
    "ExplainedDay",
    "FixedEnd",
    "Limit",
    "NoticeEnd",
    "OfficeHours",
    "OutsideCalendar",
    "Reason",
    "Suspension",
    "calendar_days",
    "due",
    "end_of",
    "last_notice_day",
    "legal_day",
    "predicted_year",
    "read_calendar_file",
    "seed_calendar",
    "seed_years",
    "working_days",
]
