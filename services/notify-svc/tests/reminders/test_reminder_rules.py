"""What becomes of a reminder? Pure rules: it is sent, given up or dropped, and each in the open."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notify_svc.contacts.addresses import EmailAddress
from notify_svc.contacts.rules import Contact, ContactState
from notify_svc.reminders import rules
from notify_svc.reminders.rules import (
    MOST_TRIES,
    Attempt,
    ChannelNotThere,
    Planned,
    ReminderState,
    StillWaiting,
    Telling,
)
from shenguan_contracts.reminders import Occasion, ReminderChannel, ReminderFailed, ReminderSent

NIGHT = datetime(2026, 3, 2, 16, tzinfo=UTC)
"""Midnight in Shanghai."""
KEY, PERSON = UUID(int=1), UUID(int=2)
CONTACT = Contact(
    id=PERSON,
    department="fire",
    email=EmailAddress("liaison@example.com"),
    quiet_from_minute=1_320,
    quiet_to_minute=360,
    state=ContactState.REGISTERED,
    registered_at=NIGHT,
)


def planned(occasion: Occasion = Occasion.NEARLY_DUE) -> Planned:
    return rules.plan(KEY, CONTACT, ReminderChannel.EMAIL, Telling(occasion, "obligation/1#2"), NIGHT)


def attempt(outcome: str = "sent", *, at: datetime = NIGHT, retry_after: float = 0) -> Attempt:
    return Attempt(at=at, took=5, to="l***", outcome=outcome, good=outcome == "sent", retry_after=retry_after)


def test_a_reminder_of_the_night_is_planned_for_the_morning() -> None:
    reminder, said, sending = planned()

    assert reminder.state is ReminderState.WAITING
    assert said.due_at == sending.due_at == NIGHT + timedelta(hours=6)


def test_a_clock_in_doubt_wakes_people_up() -> None:
    assert planned(Occasion.CLOCK_DOUBTED)[2].due_at == NIGHT


def test_what_was_taken_is_sent_with_the_line_that_was_told() -> None:
    reminder, _, sending = planned()

    after = rules.tried(sending, attempt(), pause=30)
    ended = rules.outcome_of(reminder, after, attempt(), "临期：抄告")

    assert ended is not None
    assert (ended[0].state, ended[0].told, after.due_at) == (ReminderState.SENT, "临期：抄告", None)
    assert isinstance(ended[1], ReminderSent)


def test_what_failed_is_due_again_and_not_before_the_channel_wants_to_be_asked() -> None:
    reminder, _, sending = planned()

    after = rules.tried(sending, attempt("429", retry_after=600), pause=30)

    assert after.due_at == NIGHT + timedelta(seconds=600)
    assert rules.outcome_of(reminder, after, attempt("429"), "") is None
    assert [one["outcome"] for one in after.attempts] == ["429"]


@given(st.integers(0, 40))
def test_it_is_tried_a_dozen_times_and_then_given_up(good_at: int) -> None:
    reminder, _, sending = planned()
    ended, tries = None, 0

    while ended is None:
        tries += 1
        one = attempt("sent" if tries == good_at else "500")
        sending = rules.tried(sending, one, pause=30)
        ended = rules.outcome_of(reminder, sending, one, "")

    assert tries == (good_at if 0 < good_at <= MOST_TRIES else MOST_TRIES)
    assert isinstance(ended[1], ReminderSent if 0 < good_at <= MOST_TRIES else ReminderFailed)
    assert sending.due_at is None
    assert sending.tries == tries == len(sending.attempts)


def test_what_was_given_up_is_tried_anew_when_somebody_asks() -> None:
    reminder, _, sending = planned()
    failed = replace(reminder, state=ReminderState.FAILED)

    again, _, due = rules.repeat(failed, replace(sending, tries=MOST_TRIES, due_at=None), CONTACT, NIGHT)

    assert (again.state, due.due_at, due.tries) == (ReminderState.WAITING, NIGHT, 0)


def test_what_still_waits_is_not_asked_for_twice() -> None:
    reminder, _, sending = planned()

    with pytest.raises(StillWaiting):
        rules.repeat(reminder, sending, CONTACT, NIGHT)


def test_nothing_is_sent_again_where_nothing_leads_any_more() -> None:
    reminder, _, sending = planned()
    dropped, _, none = rules.drop(reminder, sending, NIGHT)

    with pytest.raises(ChannelNotThere):
        rules.repeat(dropped, none, replace(CONTACT, email=None), NIGHT)
