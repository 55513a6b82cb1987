"""状态机: an event moves a thing only as the table says."""

from enum import StrEnum
from uuid import uuid4

import pytest

from shenguan_contracts.expert import DrawVoided
from shenguan_contracts.notify import EscalationRaised
from shenguan_contracts.supervision import ApprovalClaimed, SupervisionAssigned, SupervisionEnded
from shenguan_kernel.machines import Machine, Transition, step


class Watch(StrEnum):
    PUSHED = "pushed"
    CLAIMED = "claimed"
    ENDED = "ended"


WATCHES: Machine[Watch] = {
    SupervisionAssigned: Transition(to=Watch.PUSHED),
    ApprovalClaimed: Transition((Watch.PUSHED,), Watch.CLAIMED),
    SupervisionEnded: Transition((Watch.PUSHED, Watch.CLAIMED), Watch.ENDED),
    EscalationRaised: Transition((Watch.PUSHED,)),
}
ASSIGNED = SupervisionAssigned.model_construct(watch_id=uuid4())
CLAIMED = ApprovalClaimed.model_construct(watch_id=uuid4())
ENDED = SupervisionEnded.model_construct(watch_id=uuid4())
ESCALATED = EscalationRaised.model_construct(obligation_id=uuid4())


def test_the_first_event_begins_a_thing() -> None:
    assert step(WATCHES, None, ASSIGNED) is Watch.PUSHED


def test_an_event_may_begin_some_things_and_move_others() -> None:
    table: Machine[Watch] = {ApprovalClaimed: Transition((None, Watch.PUSHED), Watch.CLAIMED)}

    assert step(table, None, CLAIMED) is step(table, Watch.PUSHED, CLAIMED) is Watch.CLAIMED
    with pytest.raises(TypeError, match="leads from nothing or pushed, not from ended"):
        step(table, Watch.ENDED, CLAIMED)


def test_an_event_moves_a_thing_from_each_of_its_states() -> None:
    assert step(WATCHES, Watch.PUSHED, ENDED) is Watch.ENDED
    assert step(WATCHES, Watch.CLAIMED, ENDED) is Watch.ENDED


def test_a_transition_without_an_end_leaves_the_state_as_it_was() -> None:
    assert step(WATCHES, Watch.PUSHED, ESCALATED) is Watch.PUSHED


def test_an_event_that_does_not_lead_from_this_state_is_a_programming_error() -> None:
    with pytest.raises(TypeError, match="ApprovalClaimed leads from pushed, not from ended"):
        step(WATCHES, Watch.ENDED, CLAIMED)


def test_a_thing_is_not_begun_twice_nor_moved_before_it_begins() -> None:
    with pytest.raises(TypeError, match="leads from nothing, not from pushed"):
        step(WATCHES, Watch.PUSHED, ASSIGNED)
    with pytest.raises(TypeError, match="not from nothing"):
        step(WATCHES, None, CLAIMED)


def test_an_event_outside_the_table_moves_nothing() -> None:
    with pytest.raises(TypeError, match="DrawVoided is in no transition"):
        step(WATCHES, Watch.PUSHED, DrawVoided.model_construct(draw_id=uuid4()))


def test_a_transition_from_nowhere_to_nowhere_cannot_be_written() -> None:
    with pytest.raises(TypeError, match="from a state"):
        Transition[Watch]()
