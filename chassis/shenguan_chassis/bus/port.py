"""What does every bus promise? The same as Apache Kafka, whatever carries it.

A topic is split into partitions. Records of one key lie in one partition, in the order in which they were published;
between keys, partitions and topics there is no order. A group shares the partitions of its topics among its members:
a partition has one owner at a time. Delivery is at least once: a crash, a rebalance or an unknown outcome repeats
records, it never loses them. What a bus cannot promise is that it keeps its log: `Member.doubt` tells when it may not
have, and the streams' numbers and the roll call find what is missing (faults.md, 2).

    BusUnavailable          the bus does not answer; try again later
    ├── GroupNotEmpty       `rewind` of a group that still has members
    └── UnknownTopic        nobody declared the topic
"""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

Headers = tuple[tuple[str, bytes], ...]
Offsets = dict[tuple[str, int], int]
"""Per (topic, partition) the next offset: that of the first record not yet written, or not yet done."""


class BusUnavailable(Exception):
    """The bus does not answer, or not in time; nothing is known of what was asked."""


class GroupNotEmpty(BusUnavailable):
    """A group that has members cannot be rewound: stop them first."""


class UnknownTopic(BusUnavailable):
    """Nobody declared this topic."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One named log. `keep_for` None keeps it for good; `max_bytes` bounds one record (see `size_of`).

    `repaired`: its readers notice a lost tail and its writer says it again, so that a single Kafka broker need not
    force each batch to disk before it acknowledges. `stamped`: the bus dates its records, not whoever publishes them.
    """

    name: str
    partitions: int = 6
    max_bytes: int = 1_000_000
    keep_for: timedelta | None = None
    repaired: bool = False
    stamped: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """What is to be published; `key` decides the partition and thereby the order."""

    topic: str
    key: bytes
    value: bytes
    headers: Headers = ()


@dataclass(frozen=True, slots=True)
class Received:
    """What was taken, and where it lay. The offset is dense in its partition unless the bus compacted or lost some."""

    topic: str
    partition: int
    offset: int
    key: bytes
    value: bytes
    headers: Headers


@dataclass(frozen=True, slots=True)
class Acked:
    """The record is on the bus; on disk, unless its topic is `repaired`."""


@dataclass(frozen=True, slots=True)
class NotSent:
    """The record, and every later one of its key in the same call, may not be on the bus. It may also be: send again.

    `too_large` is final (the record never fits); everything else may succeed in a later call.
    """

    reason: str
    too_large: bool = False


Outcome = Acked | NotSent


class Reader(Protocol):
    """Something that hands out records as they come."""

    async def take(self, most: int = 500, wait: float = 1.0) -> Sequence[Received]:
        """Return up to `most` records as soon as there are any, and none after `wait` seconds without.

        Offsets of one partition come in order. While the bus is away it returns nothing and reconnects by itself;
        it never raises because of an outage. Records are handed out once per assignment: what was taken and not
        `done` comes again after a crash, to the next owner, or after joining anew.
        """
        ...


class Member(Reader, Protocol):
    """One member of a group: owner of some partitions, until another joins or it leaves or dies."""

    async def done(self, taken: Sequence[Received]) -> None:
        """Remember for the group that everything up to these records took effect (last offset + 1 per partition).

        Call it after the effect has been committed. A crash in between repeats them. Partitions which another member
        got meanwhile, and a bus that went away, are no error: the records may come again, to whoever owns them.
        """
        ...

    def doubt(self) -> bool:
        """Say, once per occasion, that records may be missing: the caller makes a roll call.

        True after the bus was lost and found, after offsets went back or jumped (the log lost its tail or dropped its
        head), and after a partition was newly assigned, the first assignment included.
        """
        ...


class Bus(Protocol):
    """The way services hear each other. One object per process; safe for concurrent tasks of one event loop."""

    async def open(self) -> None:
        """Connect. Raises `BusUnavailable` when the bus does not answer."""
        ...

    async def close(self) -> None:
        """Disconnect; harmless when not open, and when called twice. Leave every `join` and `tail` first."""
        ...

    async def declare(self, topics: Sequence[Topic]) -> None:
        """Create the topics that are missing and add partitions that are missing; never remove any.

        Idempotent, and safe when several services declare the same at once. Limits follow the latest declaration.
        Adding partitions moves keys to other partitions: the streams' numbers keep the order. Raises `BusUnavailable`.
        """
        ...

    async def publish(self, records: Sequence[Record]) -> list[Outcome]:
        """Put records on the bus, in order per key; one outcome per record, in the order given.

        `Acked` means on disk (but see `Topic.repaired`). When a record of a key is not sent, no later one of that key
        in the call is `Acked`.
        An unknown outcome (time-out, crash of the bus) is `NotSent`: sending again may double it, never lose it.
        It does not raise because of the bus; after any failure the next call works again. Two concurrent calls, and
        two processes, are each in order, and interleave.
        """
        ...

    def join(
        self, group: str, topics: Sequence[str], *, instance: str | None = None
    ) -> AbstractAsyncContextManager[Member]:
        """Become a member of the group while the context lasts; a group never seen begins at the beginning.

        `instance` names the member over restarts of its process, so that a quick restart moves as little as the bus
        can help; it must be unique in the group. Leaving gives the partitions up: at once, or for a named member after
        some seconds without its return; dying does after some seconds. Raises `BusUnavailable` on entering,
        `UnknownTopic` for a topic nobody declared.
        """
        ...

    def tail(self, topics: Sequence[str], *, from_beginning: bool = False) -> AbstractAsyncContextManager[Reader]:
        """Watch topics without a group and without a trace: from their beginning, or what comes from now on."""
        ...

    async def ends(self, topics: Sequence[str]) -> Offsets:
        """Tell for every partition the offset the next record will get. Raises `BusUnavailable`, `UnknownTopic`."""
        ...

    async def positions(self, group: str, topics: Sequence[str]) -> Offsets:
        """Tell for every partition what the group has done; partitions it never touched are left out."""
        ...

    async def rewind(self, group: str, topics: Sequence[str]) -> None:
        """Let the empty group start again from the beginning: the bus was filled again. Raises `GroupNotEmpty`."""
        ...

    async def now(self) -> datetime:
        """Tell what time it is by the clock that dates the log: a broker's, or the database's (UTC).

        It is the instant of some moment between question and answer. Raises `BusUnavailable`.
        """
        ...

    async def ping(self) -> None:
        """Return if the bus answers within some seconds; raises `BusUnavailable` if not."""
        ...


def size_of(record: Record) -> int:
    """Bytes that count against `Topic.max_bytes`: key, value, and each header with its framing."""
    return len(record.key) + len(record.value) + sum(len(name.encode()) + len(v) + 16 for name, v in record.headers)
