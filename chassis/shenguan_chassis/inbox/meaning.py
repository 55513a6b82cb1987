"""What does an event mean here? Work for reactions, nothing, or something that this edition cannot read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shenguan_contracts.envelope import Envelope, NotAnEvent, UnknownType, known
from shenguan_contracts.event import Event, type_of

from ..deciding import Reaction
from .hearing import Heard

Reactions = Mapping[type[Event], Sequence[Reaction]]
_TYPE = re.compile(r"^cn\.shenguan\.[a-z]+\.([A-Za-z]+)\.v([1-9][0-9]{0,3})$")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Somebody here answers it."""

    event: Event
    envelope: Envelope
    reactions: Sequence[Reaction]


@dataclass(frozen=True, slots=True)
class Unwanted:
    """Nobody here answers it; its stream goes on."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """No event this edition knows: kept aside, and its stream goes on."""

    reason: str


@dataclass(frozen=True, slots=True)
class Newer:
    """A later version of an event that somebody here answers: its stream waits for the upgrade."""

    reason: str


@dataclass(frozen=True, slots=True)
class Broken:
    """Against its contract: set aside at once, its stream behind it."""

    reason: str


Meaning = Wanted | Unwanted | Unknown | Newer | Broken


class Reader:
    """Finds what an event means to one service."""

    def __init__(self, reactions: Reactions) -> None:
        self._reactions = reactions
        self._versions: dict[str, int] = {}
        for kind in reactions:
            self._versions[kind.__name__] = max(kind.version, self._versions.get(kind.__name__, 0))

    def read(self, heard: Heard) -> Meaning:
        """What it means; never raises because of the message."""
        try:
            kind = known(heard.type)
        except UnknownType as unknown:
            return self._not_known(heard.type, str(unknown))
        if type_of(kind, heard.source) != heard.type:
            return Unknown(f"{heard.source} does not say {heard.type}")
        reactions = self._reactions.get(kind)
        return self._wanted(heard, reactions) if reactions else Unwanted()

    def _wanted(self, heard: Heard, reactions: Sequence[Reaction]) -> Meaning:
        try:
            envelope = heard.envelope
            event = envelope.event()
        except NotAnEvent as broken:
            return Broken(str(broken))
        return Wanted(event, envelope, reactions)

    def _not_known(self, type_: str, reason: str) -> Meaning:
        parts = _TYPE.match(type_)
        if parts is not None and int(parts[2]) > self._versions.get(parts[1], int(parts[2])):
            return Newer(f"{reason}: a later version than this edition knows")
        return Unknown(reason)
