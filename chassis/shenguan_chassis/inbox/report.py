"""What do operators see of the inbox? Counters, and a line in the log where somebody should look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .. import logs, metrics
from .batch import Ask, Tally
from .faults import describe
from .hearing import Unreadable
from .streams import Why


class Report:
    """Tells what happens to what one service hears."""

    def __init__(self, service: str) -> None:
        self._service = service
        self._log = logs.log(service=service)

    def committed(self, tally: Tally) -> None:
        """A batch took effect."""
        metrics.INBOX_APPLIED.labels(self._service).inc(tally.applied)
        metrics.INBOX_DUPLICATES.labels(self._service).inc(tally.duplicates)
        metrics.INBOX_GAPS.labels(self._service).inc(tally.gaps)

    def one_by_one(self, error: Exception) -> None:
        """Something in a batch failed: each event is tried alone."""
        self._log.info("batch failed, each event alone", error=describe(error))

    def again(self, error: Exception) -> None:
        """A batch is done again, for no fault of its events."""
        metrics.INBOX_AGAIN.labels(self._service, type(error).__name__).inc()
        self._log.info("batch again", error=describe(error))

    def halted(self, type_: str | None) -> None:
        """The consumer stands still because of a type, or goes on."""
        metrics.INBOX_HALTED.labels(self._service).set(type_ is not None)
        if type_ is None:
            self._log.warning("consumer goes on")
        else:
            self._log.error("consumer halted: its reaction fails for every stream", type=type_)

    def missing(self, asks: Sequence[Ask]) -> None:
        """Events never came; a hole is alarmed once and asked for until it is filled."""
        metrics.INBOX_ASKED.labels(self._service).inc(len(asks))
        for ask in asks:
            if ask.tries == 1:
                about = {"source": ask.source, "stream": ask.subject, "first": ask.first, "last": ask.last}
                self._log.warning("events missing", **about)

    def kept_aside(self, messages: Sequence[Unreadable]) -> None:
        """Messages that are no event of ours."""
        for message in messages:
            metrics.INBOX_UNREADABLE.labels(self._service).inc()
            metrics.INBOX_FOREIGN.labels(self._service).inc(message.foreign)
            say = self._log.error if message.foreign else self._log.warning
            place = message.place
            say("message kept aside", topic=place.topic, partition=place.partition, offset=place.offset)

    def parked(self, by_reason: Mapping[Why, int]) -> None:
        """How many events wait."""
        for why, events in by_reason.items():
            metrics.INBOX_PARKED.labels(self._service, why.value).set(events)

    def lag(self, records: int) -> None:
        """How many records the bus has that are not done."""
        metrics.INBOX_LAG.labels(self._service).set(records)
