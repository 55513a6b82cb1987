"""What does a listening service do in the chassis's own tests? It notes what it hears in a book, and says so on."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from sqlalchemy import ARRAY, Column, MetaData, Text

from shenguan_contracts.approval import CaseGranted, UnlistedPowerAttempted
from shenguan_contracts.catalogue import topic_of
from shenguan_contracts.envelope import encode, urn
from shenguan_contracts.event import Event
from shenguan_contracts.supervision import ApprovalClaimed

from ..batch_tx import BatchTx
from ..bus.port import Received
from ..deciding import Reaction
from ..ids import derived_id, stream_key
from ..inbox import Ask, Inbox, Listening, Patience
from ..migrating import migrate
from ..pending import Written
from ..store import BUREAU, aggregate
from ..tx import Speaker

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
DIVISION = "370302"


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """What was heard of one stream, in the order of its effects."""

    id: UUID
    version: int = 0
    lines: tuple[str, ...] = ()


BOOKS = aggregate(
    MetaData(), Book, noun="watch", owner=BUREAU, columns=[Column("lines", ARRAY(Text), nullable=False)], table="books"
)
CREATE_BOOKS = "CREATE TABLE books (id uuid PRIMARY KEY, version bigint NOT NULL, lines text[] NOT NULL)"


@dataclass
class Hands:
    """A clock that a test moves."""

    now: datetime = NOON

    def legal(self) -> datetime:
        """The instant that counts in law."""
        return self.now

    def system(self) -> datetime:
        """The machine's own time."""
        return self.now

    def forward(self, **by: float) -> None:
        """Move both, by what `timedelta` takes."""
        self.now += timedelta(**by)


def line(stream: str, text: str) -> UnlistedPowerAttempted:
    """An event of `stream` that carries a text."""
    return UnlistedPowerAttempted(attempt_id=derived_id("attempt", stream), item_code=text, attempted_at=NOON)


def granted(case: str, license_: str) -> CaseGranted:
    """An event of another stream."""
    return CaseGranted(
        case_id=derived_id("case", case), item_code="i", license_id=derived_id("license", license_), granted_at=NOON
    )


async def note(tx: BatchTx, event: Event, text: str) -> None:
    """Write a line into the book of the event's stream, and say so."""
    book = await tx.find(Book, event.stream_id)
    said = ApprovalClaimed(watch_id=event.stream_id, department="fire", license_id=event.stream_id, claimed_at=tx.now)
    if book is None:
        tx.add(Book(id=event.stream_id, lines=(text,)), said)
    else:
        tx.save(replace(book, lines=(*book.lines, text)), said)


async def write_line(tx: BatchTx, event: UnlistedPowerAttempted) -> None:
    """Note the text that an event of `line` carries."""
    await note(tx, event, event.item_code)


def reaction(run: Callable[..., Awaitable[None]], *events: type[Event]) -> dict[type[Event], list[Reaction]]:
    """One reaction to these events, which fetches the book in advance."""
    return {kind: [Reaction(run.__name__, events, run, lambda event: [(Book, event.stream_id)])] for kind in events}


@dataclass
class Ear:
    """An inbox, the database behind it, and the records that a bus would hand to it."""

    dsn: str
    database: asyncpg.Connection
    clock: Hands
    inbox: Inbox = None  # type: ignore[assignment]
    asked: list[Ask] = field(default_factory=list)
    woken: int = 0
    _offsets: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def listens(self, reactions: dict[type[Event], list[Reaction]], **patience: Any) -> None:
        """(Re)start the consumer with these reactions."""
        if self.inbox is not None:
            self.inbox.hang_up()
        self.inbox = Inbox(
            self.dsn,
            None,  # type: ignore[arg-type]  # records are handed in; the bus is tried in test_consumer
            Listening(
                speaker=Speaker("supervision", urn(DIVISION, "supervision")),
                speakers={topic_of(name): urn(DIVISION, name) for name in ("approval", "notify")},
                reactions=reactions,
                clock=self.clock,
                group="supervision",
                patience=Patience(**patience),
                ask=self._ask,
                reacted=self._wake,
            ),
        )

    async def _ask(self, asks: Sequence[Ask]) -> None:
        self.asked += asks

    def _wake(self, _: Written) -> None:
        self.woken += 1

    def record(
        self, event: Event, number: int, *, source: str = "approval", topic: str = "", **changed: Any
    ) -> Received:
        """What the bus hands over; `changed` rewrites attributes of the envelope."""
        topic = topic or topic_of(source)
        body = encode(event, source=urn(DIVISION, source), sequence=number, time=self.clock.now)
        if changed:
            body = orjson.dumps(orjson.loads(body) | changed)
        self._offsets[topic] += 1
        return Received(topic, 0, self._offsets[topic], event.subject.encode(), body, ())

    async def hear(self, *records: Received) -> None:
        """One batch takes effect."""
        assert await self.inbox.take_effect(records)

    async def lines(self, stream: str) -> list[str]:
        """The book of a stream."""
        found = await self.database.fetchval("SELECT lines FROM books WHERE id = $1", derived_id("attempt", stream))
        return found or []

    async def parked(self) -> dict[tuple[str, int], str]:
        """What waits: by the first word of the subject and number, why."""
        rows = await self.database.fetch("SELECT subject, seq, why FROM parked ORDER BY subject, seq")
        return {(row["subject"], row["seq"]): row["why"] for row in rows}

    async def why(self, stream: str) -> dict[int, str]:
        """What waits of one stream: number and why."""
        rows = await self.database.fetch(
            "SELECT seq, why FROM parked WHERE subject = $1 ORDER BY seq", f"attempt/{derived_id('attempt', stream)}"
        )
        return {row["seq"]: row["why"] for row in rows}

    async def at(self, stream: str) -> tuple[int, int]:
        """The position of a stream and how many of its events are parked."""
        key = stream_key("approval", f"attempt/{derived_id('attempt', stream)}")
        row = await self.database.fetchrow("SELECT seq, parked FROM position WHERE stream = $1", key)
        return (row["seq"], row["parked"]) if row else (0, 0)

    async def close(self) -> None:
        """Hang up."""
        self.inbox.hang_up()
        await self.database.close()


async def lay_out(dsn: str, migrations: Path) -> None:
    """The chassis's tables and the books."""
    await migrate(dsn, migrations)
    connection = await asyncpg.connect(dsn)
    await connection.execute(CREATE_BOOKS)
    await connection.close()
