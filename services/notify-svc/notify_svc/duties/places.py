"""Where in an event does a duty find whose it is, what it is about, and whether it is meant at all?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from shenguan_contracts.event import Event
from shenguan_contracts.expert import Quota

from .limits import AtInstant, EndOfDay


@dataclass(frozen=True, slots=True)
class Office:
    """One office by its code, whatever the event says."""

    code: str

    def read(self, _: Event) -> tuple[str, ...]:
        """The office itself."""
        return (self.code,)


@dataclass(frozen=True, slots=True)
class NamedIn:
    """The offices that the event names in a field: one code, or several."""

    field: str

    def read(self, event: Event) -> tuple[str, ...]:
        """Their codes, each once, in the order named."""
        named = getattr(event, self.field)
        return (named,) if isinstance(named, str) else tuple(dict.fromkeys(named))


Who = Office | NamedIn


@dataclass(frozen=True, slots=True)
class Always:
    """Every such event is meant."""

    def holds(self, _: Event) -> bool:
        """Yes."""
        return True


@dataclass(frozen=True, slots=True)
class OneOf:
    """Only events with one of these values in a field are meant."""

    field: str
    values: tuple[Any, ...]

    def holds(self, event: Event) -> bool:
        """Has it one of them?"""
        return getattr(event, self.field) in self.values


@dataclass(frozen=True, slots=True)
class Given:
    """Only events that fill a field are meant."""

    field: str

    def holds(self, event: Event) -> bool:
        """Is it filled?"""
        return getattr(event, self.field) is not None


@dataclass(frozen=True, slots=True)
class AsksFor:
    """Only events are meant whose quota in a field asks for somebody; a quota that is not said is the usual one."""

    field: str

    def holds(self, event: Event) -> bool:
        """Must at least one be named?"""
        quota: Quota | None = getattr(event, self.field)
        return quota is None or quota.least > 0


Where = Always | OneOf | Given | AsksFor
ALWAYS: Final = Always()


@dataclass(frozen=True, slots=True)
class About:
    """An event that does something to an obligation, and where it says which.

    `about` is its field with the id of what the duty is about, `party` whose duty, `each` which one of several; `at` is
    the field of the instant from which it works, where that is not when it was said.
    """

    event: type[Event]
    about: str
    party: Who
    only_where: Where = ALWAYS
    each: str | None = None
    at: str | None = None
    ground: str | None = None
    days: str | None = None
    until: AtInstant | EndOfDay | None = None

    def each_of(self, event: Event, *, apart: bool) -> str | None:
        """Which one of several it names: "" where there is only one, None where it means all of them."""
        if not apart:
            return ""
        return None if self.each is None else str(getattr(event, self.each))

    def ground_of(self, event: Event) -> str:
        """Why, as a code: what the event says, else its own name."""
        return type(event).__name__ if self.ground is None else str(getattr(event, self.ground))
