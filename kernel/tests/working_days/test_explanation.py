"""说明: every due date explains itself, day by day and in one sentence."""

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shenguan_kernel.working_days import (
    SHANGHAI,
    AfterHours,
    Due,
    ExplainedDay,
    Limit,
    OfficeHours,
    Reason,
    Suspension,
    calendar_days,
    due,
    seed_calendar,
    working_days,
)

CALENDAR = seed_calendar()
ROLLOVER = OfficeHours(AfterHours.NEXT_WORKING_DAY)


def a_due(received: str, limit: Limit, hours: OfficeHours | None = None, *suspensions: Suspension) -> Due:
    at = datetime.fromisoformat(received).replace(tzinfo=SHANGHAI)
    return due(at, limit, CALENDAR, hours or OfficeHours(), suspensions)


def on(found: Due, day: str) -> ExplainedDay:
    return next(each for each in found.explanation if each.day == date.fromisoformat(day))


def test_a_spring_festival_is_explained_day_by_day() -> None:
    found = a_due("2026-02-12T10:00", working_days(3))

    reasons = [day.reason for day in found.explanation]
    assert reasons == [
        Reason.START_DAY,
        Reason.WORKING_DAY,
        Reason.MAKE_UP_DAY,
        Reason.WEEKEND,
        *[Reason.DAY_OFF] * 5,
        *[Reason.WEEKEND] * 2,
        Reason.DAY_OFF,
        Reason.WORKING_DAY,
    ]
    assert on(found, "2026-02-16").text_zh == "春节放假，不计入（行政许可法第八十二条）"
    assert on(found, "2026-02-14").number == 2


def test_a_receipt_after_hours_explains_what_it_counts_as() -> None:
    found = a_due("2026-05-08T17:30", working_days(1), ROLLOVER)

    assert [(day.reason, day.counted) for day in found.explanation] == [
        (Reason.AFTER_HOURS, False),
        (Reason.START_DAY, False),
        (Reason.WEEKEND, False),
        (Reason.WORKING_DAY, True),
    ]
    assert found.sentence() == (
        "2026年5月8日（周五）下班后收到，视为2026年5月9日（周六）收到，当日不计入；"
        "期限1个工作日，至2026年5月11日（周一）17:00下班时届满。其间双休日1天不计入。"
    )


def test_suspended_days_name_the_article() -> None:
    found = a_due("2026-02-02T10:00", working_days(20), None, Suspension(date(2026, 2, 10), date(2026, 2, 27)))

    suspended = [day for day in found.explanation if day.reason is Reason.SUSPENDED]
    assert (suspended[0].day, suspended[-1].day) == (date(2026, 2, 10), date(2026, 2, 27))
    assert "行政许可法第四十五条" in suspended[0].text_zh
    assert "中止期间18天" in found.sentence()


def test_an_end_that_moved_over_a_holiday_names_the_article() -> None:
    found = a_due("2026-09-01T10:00", calendar_days(30))

    assert on(found, "2026-10-01").reason is Reason.END_MOVED
    assert "民法典第二百零三条" in on(found, "2026-10-07").text_zh
    assert (on(found, "2026-10-08").number, on(found, "2026-09-30").number) == (30, 29)
    assert "顺延7天" in found.sentence()


def test_a_predicted_year_is_said_to_be_predicted() -> None:
    found = a_due("2026-12-31T10:00", working_days(1))

    assert [day.provisional for day in found.explanation] == [False, True, True, True, True]
    assert found.sentence() == (
        "自2026年12月31日（周四）起算，当日不计入；期限1个工作日，至2027年1月4日（周一）24时届满。"
        "其间元旦放假1天、双休日2天不计入。2027年放假安排尚未公布，暂按推算，公布后重算。"
    )


SPANS = st.builds(
    lambda first, length: Suspension(first, first + timedelta(days=length)),
    st.dates(date(2024, 12, 1), date(2026, 12, 1)),
    st.integers(0, 40),
)


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2026, 10, 1), timezones=st.just(SHANGHAI)),  # noqa: DTZ001 zoned
    st.builds(working_days, st.integers(1, 45)) | st.builds(calendar_days, st.integers(1, 90)),
    st.sampled_from([OfficeHours(), ROLLOVER]),
    st.lists(SPANS, max_size=3),
)
def test_the_explanation_agrees_with_the_count(
    received: datetime, limit: Limit, hours: OfficeHours, spans: list[Suspension]
) -> None:
    found = due(received, limit, CALENDAR, hours, spans)

    days = found.explanation
    assert [day.number for day in days if day.counted] == list(range(1, limit.days + 1))
    assert (days[0].day, days[-1].day) == (received.date(), found.due_on)
    assert days[-1].counted
    assert not any(day.counted and any(day.day in span for span in spans) for day in days)
