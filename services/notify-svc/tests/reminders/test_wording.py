"""In which words is somebody reminded? In short ones that fit a robot, with the way to the rest, and nobody's name."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from notify_svc.duties.limits import Measure
from notify_svc.obligations.rules import Obligation, ObligationState
from notify_svc.reminders.rules import Reminder, ReminderState
from notify_svc.reminders.wording import MOST_BYTES, message_of
from shenguan_contracts.duties import Duty
from shenguan_contracts.reminders import Occasion, ReminderChannel
from shenguan_contracts.types import AfterHoursRule

AT = datetime(2026, 2, 24, 16, tzinfo=UTC)
PLACE = "https://shenguan.example.gov.cn"
FACTS = {
    Occasion.RESCHEDULED: {"before": "2026-02-23"},
    Occasion.CLOCK_DOUBTED: {"why": "set_back", "seconds": "-7200"},
    Occasion.RECEIVER_PAUSED: {"subscription": "0198", "reason": "gone"},
    Occasion.CALENDAR_AWAITED: {"year": "2027", "count": "12"},
}
ALONE = {Occasion.CLOCK_DOUBTED, Occasion.RECEIVER_PAUSED, Occasion.CALENDAR_AWAITED, Occasion.TRIED}
"""What is about no obligation."""


def an_obligation(number: int = 1) -> Obligation:
    return Obligation(
        id=UUID(int=number),
        duty=Duty.FORWARD_DOCUMENT,
        department="fire",
        recipient="bureau",
        about=f"policy-document/{UUID(int=number)}",
        since_at=AT,
        measure=Measure.WORKING_DAY,
        days=1,
        length_at=None,
        after_hours=AfterHoursRule.SAME_DAY,
        closes_minute=1_020,
        due_on=date(2026, 2, 24),
        due_at=AT,
        provisional=False,
        calendar=(),
        state=ObligationState.OVERDUE,
        look_at=None,
    )


def a_reminder(occasion: Occasion = Occasion.OVERDUE, number: int = 1) -> Reminder:
    return Reminder(
        id=UUID(int=100 + number),
        department="fire",
        person_id=UUID(int=9),
        channel=ReminderChannel.WECOM,
        occasion=occasion,
        obligation_id=None if occasion in ALONE else UUID(int=number),
        facts=FACTS.get(occasion, {}),
        state=ReminderState.WAITING,
        planned_at=AT,
    )


def told(*reminders: Reminder, place: str = PLACE) -> Any:
    about = {one.obligation_id: an_obligation(one.obligation_id.int) for one in reminders if one.obligation_id}
    return message_of(reminders, about, {"fire": "消防救援大队"}, place)


@pytest.mark.parametrize("occasion", Occasion)
def test_every_occasion_has_its_words(occasion: Occasion) -> None:
    message = told(a_reminder(occasion))

    assert message.title
    assert "$" not in message.title + message.body
    assert len(f"{message.title}\n{message.body}".encode()) < MOST_BYTES


def test_a_lateness_is_told_with_its_last_day_and_the_way_to_its_explanation() -> None:
    message = told(a_reminder())

    assert message.title.startswith("逾期：")
    assert "2026年2月24日（周二）24时" in message.title
    assert "消防救援大队" in message.body
    assert f"{PLACE}/notify/v1/obligations/{UUID(int=1)}" in message.body


def test_without_a_web_address_of_its_own_the_platform_names_the_obligation() -> None:
    assert f"义务编号：{UUID(int=1)}" in told(a_reminder(), place="").body


def test_several_go_out_as_one_list_and_what_does_not_fit_is_counted() -> None:
    message = told(*(a_reminder(number=number) for number in range(1, 501)))

    assert "500" in message.title
    assert len(f"{message.title}\n{message.body}".encode()) < MOST_BYTES
    assert "……另有" in message.body
    assert len(message.lines) == 500


def test_who_holds_two_posts_is_not_told_the_same_twice() -> None:
    message = told(a_reminder(), a_reminder())

    assert message.title.startswith("逾期：")
    assert len(message.lines) == 2
