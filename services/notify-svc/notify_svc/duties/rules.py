"""Which duties does the law set a clock for? One row each; a new legal deadline is a new row, not new code.

How a row is read: *the event* `opened_by` starts the clock at the instant in its field `since`; *the bearer* has
`limit` to do it; `met_by` says which event is the doing, and counts by the time at which that event was said, never by
a date it carries: acts may be backdated by law, lateness may not. What `suspended_by` names stops the clock: only the
special procedures of art. 45 do. On the last day a yellow card is shown; from the due instant on, `ladder` is told.
"""

from __future__ import annotations

from typing import Final

from shenguan_contracts.duties import Duty
from shenguan_contracts.event import Event

from .bureau import BUREAU_DUTIES
from .linkage import LINKAGE_DUTIES
from .timers import TIMERS
from .words import Answer, Demand, DutyRow

DUTIES: Final[tuple[DutyRow, ...]] = (*LINKAGE_DUTIES, *BUREAU_DUTIES, *TIMERS)
"""职责清单: every duty of `contracts`, once."""

_BY_CODE: Final = {row.duty: row for row in DUTIES}


WITH_LEGAL_EFFECT: Final = tuple(row.duty for row in DUTIES if row.has_legal_effect)
"""What is held while the host's clock is in doubt."""


def row_of(duty: Duty) -> DutyRow:
    """The row of a duty."""
    return _BY_CODE[duty]


def heard_events() -> tuple[type[Event], ...]:
    """Every event that opens a duty or does something to one: what this service must hear."""
    opening = [row.opened_by for row in DUTIES]
    touching = [about.event for row in DUTIES for _, about in row.touched_by]
    return tuple(dict.fromkeys([*opening, *touching]))


def _rows_by_event() -> dict[type[Event], tuple[DutyRow, ...]]:
    return {
        event: tuple(
            row for row in DUTIES if row.opened_by is event or event in {about.event for _, about in row.touched_by}
        )
        for event in heard_events()
    }


_CONCERNED: Final = _rows_by_event()
"""Which rows an event concerns, so that the others are not asked each time."""


def demands_of(event: Event) -> tuple[Demand, ...]:
    """The clocks that an event starts."""
    return tuple(demand for row in _CONCERNED.get(type(event), ()) for demand in row.demands(event))


def answers_of(event: Event) -> tuple[Answer, ...]:
    """What an event does to obligations."""
    return tuple(answer for row in _CONCERNED.get(type(event), ()) for answer in row.answers(event))
