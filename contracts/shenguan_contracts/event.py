"""What is an event? A fact, said once by its owner, in words that never change their meaning.

    class ApprovalIssued(Event, source="approval", stream="license", version=1):
        \"\"\"准予许可: the licence exists; its departments must begin to watch it (R5, R19).\"\"\"

        license_id: UUID = doc("The licence.", "许可证")

The stream's own id is the field `<stream>_id`. `source=None` means that several services may say it: the one that does
gives its name. `starts=True` marks a snapshot event: it carries the whole aggregate, so a stream may begin at it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


def doc(english: str, chinese: str, **limits: Any) -> Any:
    """A field with its meaning in both languages; `limits` are pydantic's (max_length, ge …)."""
    return Field(description=english, json_schema_extra={"x-zh": chinese}, **limits)


class Event(BaseModel):
    """One event class. Readers ignore fields they do not know: a later minor edition may add optional ones."""

    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_timedelta="iso8601")

    source: ClassVar[str | None]
    noun: ClassVar[str]
    version: ClassVar[int] = 1
    starts: ClassVar[bool] = False
    _id_field: ClassVar[str]

    def __init_subclass__(cls, **_: Any) -> None:
        super().__init_subclass__()

    @classmethod
    def __pydantic_init_subclass__(
        cls, *, source: str | None = None, stream: str = "", version: int = 1, starts: bool = False, **_: Any
    ) -> None:
        if not stream:
            return
        cls.source, cls.noun, cls.version, cls.starts = source, stream, version, starts
        cls._id_field = stream.replace("-", "_") + "_id"
        if cls._id_field not in cls.model_fields:
            raise TypeError(f"{cls.__name__} is of stream {stream!r}: it needs the field {cls._id_field}")
        if not cls.__doc__:
            raise TypeError(f"{cls.__name__} needs a docstring: the Chinese term, its promise, its requirement")
        CATALOGUE.add(cls)

    @property
    def stream_id(self) -> UUID:
        """The id of the aggregate that this event changes."""
        value: UUID = getattr(self, self._id_field)
        return value

    @cached_property  # asked by every step of an event's way
    def subject(self) -> str:
        """`<noun>/<id>`, as in the envelope and as the bus's key."""
        return f"{self.noun}/{self.stream_id}"

    def audience(self) -> tuple[str, ...]:
        """The department codes that may see it; by default those it names in `department` and `departments`."""
        several, one = _offices_of(type(self))
        named: Iterable[str] = getattr(self, several) if several else ()
        own: str | None = getattr(self, one) if one else None
        return tuple(sorted({*named, *([own] if own else [])}))


@lru_cache(maxsize=1_024)  # every event said asks, and asking pydantic for its fields is slow
def _offices_of(event: type[Event]) -> tuple[str, str]:
    several, one = "departments", "department"
    return several if several in event.model_fields else "", one if one in event.model_fields else ""


@lru_cache(maxsize=1_024)  # every event said asks
def type_of(event: type[Event], source: str | None = None) -> str:
    """The CloudEvents type: `cn.shenguan.<service>.<EventName>.v<version>`."""
    said_by = event.source or source
    if said_by is None:
        raise ValueError(f"{event.__name__} is said by more than one service: name the one that says it")
    return f"cn.shenguan.{said_by}.{event.__name__}.v{event.version}"


class Catalogue:
    """Every event class there is, by name and version."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], type[Event]] = {}

    def add(self, event: type[Event]) -> None:
        """Enter a class; a name and version may be taken once."""
        key = event.__name__, event.version
        if key in self._known:
            raise TypeError(f"{event.__name__} version {event.version} is defined twice")
        self._known[key] = event

    def find(self, name: str, version: int) -> type[Event] | None:
        """The class, or None where this edition does not know it."""
        return self._known.get((name, version))

    def __iter__(self) -> Iterator[type[Event]]:
        return iter(sorted(self._known.values(), key=lambda event: (event.__name__, event.version)))


CATALOGUE = Catalogue()
