"""How does a service speak on the control topic?"""

from __future__ import annotations

from shenguan_contracts.catalogue import CONTROL_TOPIC
from shenguan_contracts.control import Note, ResendAsked, encode_note
from shenguan_contracts.envelope import CONTENT_TYPE

from ..bus.port import Acked, Bus, BusUnavailable, Record
from ..tx import Speaker


class Post:
    """Says notes in the name of one service. They are not queued: a note that is lost is said again by its occasion."""

    def __init__(self, bus: Bus, speaker: Speaker) -> None:
        self.service = speaker.service
        self._bus = bus
        self._urn = speaker.urn

    def urn_of(self, service: str) -> str:
        """The urn of another service of this division."""
        return f"{self._urn.rpartition(':')[0]}:{service}"

    async def say(self, *notes: Note) -> None:
        """Put notes on the control topic; raises BusUnavailable if one is not on it."""
        outcomes = await self._bus.publish([self._record(note) for note in notes])
        for outcome in outcomes:
            if not isinstance(outcome, Acked):
                raise BusUnavailable(outcome.reason)

    def _record(self, note: Note) -> Record:
        key = note.subject if isinstance(note, ResendAsked) else self.service
        headers = (("content-type", CONTENT_TYPE),)
        return Record(CONTROL_TOPIC, key.encode(), encode_note(note, source=self._urn), headers)
