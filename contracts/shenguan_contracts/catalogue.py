"""Which events are there? Importing this module knows them all."""

from __future__ import annotations

from . import approval, documents, draws, expert, notify, reminders, subscriptions, supervision
from .event import CATALOGUE, Catalogue, Event, type_of

SERVICES = ("approval", "supervision", "notify", "expert")
"""The services, each the only owner of its data."""

_SAID_BY_SEVERAL = {documents: ("approval", "supervision")}


def sayings() -> list[tuple[str, type[Event]]]:
    """Each service with each event it says, by name."""
    several = [
        (service, event)
        for module, services in _SAID_BY_SEVERAL.items()
        for event in CATALOGUE
        if event.__module__ == module.__name__
        for service in services
    ]
    own = [(event.source, event) for event in CATALOGUE if event.source is not None]
    return sorted([*own, *several], key=lambda said: (said[0], said[1].__name__))


def topic_of(service: str) -> str:
    """The topic on which a service speaks to the others."""
    return f"shenguan.{service}.v1"


CONTROL_TOPIC = "shenguan.control.v1"
"""What services say to each other about the bus itself."""

__all__ = [
    "CATALOGUE",
    "CONTROL_TOPIC",
    "SERVICES",
    "Catalogue",
    "Event",
    "approval",
    "documents",
    "draws",
    "expert",
    "notify",
    "reminders",
    "sayings",
    "subscriptions",
    "supervision",
    "topic_of",
    "type_of",
]
