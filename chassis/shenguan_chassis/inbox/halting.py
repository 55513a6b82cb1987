"""When does a consumer stand still instead of setting the world aside? When a type fails and works nowhere."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from .batch import Tally

_STREAMS = 10


class Halted(Exception):
    """A reaction fails for every stream: a bad deploy, not bad events. Nothing is set aside; it is tried again."""

    def __init__(self, type_: str) -> None:
        super().__init__(f"every {type_} fails")
        self.type = type_


class Halting:
    """Counts per event type the streams that failed since one last succeeded: another type proves nothing."""

    def __init__(self) -> None:
        self._failed: dict[str, set[UUID]] = defaultdict(set)

    def judge(self, tally: Tally) -> None:
        """Raise Halted if, with this batch, ten streams or more failed and none succeeded."""
        for type_ in {type_ for type_, _ in tally.failed} - tally.reacted:
            now = {stream for failed, stream in tally.failed if failed == type_}
            if len(self._failed[type_] | now) >= _STREAMS:
                raise Halted(type_)

    def remember(self, tally: Tally) -> None:
        """This batch was committed."""
        for type_, stream in tally.failed:
            self._failed[type_].add(stream)
        for type_ in tally.reacted:
            self._failed.pop(type_, None)
