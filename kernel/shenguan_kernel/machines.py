"""Which states does a thing pass through, and which event moves it? One table per noun, for people and `make check`.

    TRANSITIONS: Machine[CaseState] = {
        CaseSubmitted: Transition(to=CaseState.SUBMITTED),
        CaseGranted: Transition((CaseState.UNDER_REVIEW,), CaseState.GRANTED),
        CaseNoted: Transition((CaseState.SUBMITTED, CaseState.UNDER_REVIEW)),
    }

The table says what happened, not what is allowed: the rule refuses first, in the words of the law.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeAlias, TypeVar

from shenguan_contracts.event import Event

State = TypeVar("State", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Transition(Generic[State]):
    """What one event does: from one of `froms` (none: it begins the thing) to `to` (none: the state stays).

    Among `froms`, None stands for nothing yet: an event that begins some things and moves others names it too.
    """

    froms: tuple[State | None, ...] = ()
    to: State | None = None

    def __post_init__(self) -> None:
        if not self.froms and self.to is None:
            raise TypeError("a transition comes from a state, goes to a state, or both")


Machine: TypeAlias = Mapping[type[Event], Transition[State]]
"""状态机: the transitions of one noun, by event."""


def step(machine: Machine[State], state: State | None, event: Event) -> State:
    """The state after `event`; `state` is None before the first one.

    Raises TypeError where the table knows no such transition: a rule let through what it should have refused.
    """
    transition = machine.get(type(event))
    if transition is None:
        raise TypeError(f"{type(event).__name__} is in no transition of this machine")
    if state not in (transition.froms or (None,)):
        raise TypeError(f"{type(event).__name__} leads from {_words(transition.froms)}, not from {state or 'nothing'}")
    after = transition.to or state
    if after is None:  # not reachable: __post_init__ asks for one of the two
        raise TypeError(f"{type(event).__name__} begins nothing")
    return after


def _words(states: tuple[StrEnum | None, ...]) -> str:
    return " or ".join(state or "nothing" for state in states) or "nothing"
