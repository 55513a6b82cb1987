"""When does a year of the calendar change?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from notify_svc.calendar import rules
from shenguan_contracts.notify import CalendarStatus
from shenguan_kernel.working_days import CalendarYear, predicted_year

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ANNOUNCED = CalendarYear(
    year=2027,
    off=frozenset({date(2027, 1, 1), date(2027, 2, 8)}),
    makeup=frozenset({date(2027, 2, 20)}),
    status=CalendarStatus.OFFICIAL,
    basis="国办发明电〔2026〕9号",
)


def predicted() -> rules.PublishedYear:
    return replace(rules.publish(UUID(int=1), predicted_year(2027), NOW)[0], version=1)


def test_the_event_carries_the_whole_year() -> None:
    published, said = rules.publish(UUID(int=1), ANNOUNCED, NOW)

    assert (said.off, said.makeup) == ((date(2027, 1, 1), date(2027, 2, 8)), (date(2027, 2, 20),))
    assert said.starts
    assert published.as_year() == replace(ANNOUNCED, version=0)


def test_an_announcement_takes_the_place_of_the_prediction() -> None:
    amended, said = rules.amend(predicted(), ANNOUNCED, NOW + timedelta(days=1))

    assert amended.status is said.status is CalendarStatus.OFFICIAL
    assert amended.amended_at == NOW + timedelta(days=1)


def test_the_same_arrangement_again_is_no_new_edition() -> None:
    official, _ = rules.amend(predicted(), ANNOUNCED, NOW)

    with pytest.raises(rules.CalendarUnchanged):
        rules.amend(official, ANNOUNCED, NOW + timedelta(days=1))


def test_an_announced_year_never_becomes_a_prediction_again() -> None:
    official, _ = rules.amend(predicted(), ANNOUNCED, NOW)

    with pytest.raises(rules.AnnouncedYear):
        rules.amend(official, predicted_year(2027), NOW)


def test_an_edition_counts_like_the_year_it_was_kept_from() -> None:
    published = predicted()

    assert rules.edition_of(published).as_year() == published.as_year()
