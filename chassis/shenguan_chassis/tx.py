"""What does a command or a reaction do its work with? A `Tx`: it reads, collects what changes, and never commits.

What is read goes through the map of what this tx already wrote. An aggregate is saved with the events that changed it;
its version grows by their number. Two places commit: the HTTP edge (`deciding`) and the consumer loop (`inbox`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from asyncpg import Connection
from sqlalchemy import Select

from shenguan_contracts.envelope import Envelope, encode
from shenguan_contracts.event import Event, type_of

from .db import get_one_sql
from .identity.caller import Caller
from .ids import new_id, stream_key
from .keys import NO_KEYS, Keys
from .pending import AlreadyWritten, Conflict, Pending, Place, Said
from .refusals import NotFound, Refusal
from .scoped import compiled_for
from .store import stored

A = TypeVar("A")

MOST_BYTES = 900_000
"""An event larger than this never enters the outbox: the bus would refuse it."""


class NotYourDepartment(Refusal, status=403, rule="R15"):
    """只能为本部门办理：请核对所填部门或事项，或由该部门的人员办理。"""


class TooLarge(Refusal, status=413):
    """提交的内容过大，无法作为事件传送：请精简文字，附件另行上传。"""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks: the service's name and its urn."""

    service: str
    urn: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A point to which a tx can be taken back."""

    undo: int
    said: int
    flushes: int


class Tx:
    """One decision, on one connection. Its instant does not change while it decides."""

    def __init__(  # noqa: PLR0913 - each is a fact of the decision, named at the call
        self,
        connection: Connection,
        *,
        speaker: Speaker,
        caller: Caller,
        now: datetime,
        heard: Envelope | None = None,
        trace: str | None = None,
        keys: Keys = NO_KEYS,
    ) -> None:
        self.now = now
        self.caller = caller
        self.heard = heard
        self.trace = trace
        self.keys = keys
        self.pending = Pending()
        self.first: Place | None = None
        self.flushes = 0
        self.connection = connection
        self._speaker = speaker
        self._read: dict[Place, Any] = {}
        self._looked: set[Place] = set()
        self._hidden: set[Place] = set()
        self._scope = caller.scope
        self._undo: list[tuple[dict[Place, Any], Place, Any]] = []

    def new_id(self) -> Any:
        """A new id, ordered by time."""
        return new_id()

    async def get(self, kind: type[A], *key: Any) -> A:
        """The row of a key as this tx sees it; raises NotFound, also for another department's.

        Its version joins the commit's check.
        """
        found = await self.find(kind, *key)
        if found is None:
            raise NotFound
        return found

    async def find(self, kind: type[A], *key: Any) -> A | None:
        """The row of a key, or None."""
        at = stored(kind), key
        if at not in self._read:
            self._remember(at, await self._fetch(at))
        found: A | None = self._read[at]
        return found

    async def taken(self, kind: type[A], *key: Any) -> bool:
        """Is there a row of a key, whosever it is? For ids that two departments can both arrive at; tells no more."""
        at = stored(kind), key
        return await self.find(kind, *key) is not None or at in self._hidden

    def add(self, aggregate: A, *events: Event) -> A:
        """A new aggregate with its first events; returns it with its version.

        Raises NotYourDepartment if it would not be the caller's, NotFound where another department's lies already.
        """
        at = (place := stored(type(aggregate))), place.key_of(aggregate)
        if not place.owner.holds(aggregate, self._scope):
            raise NotYourDepartment
        if at in self._hidden:
            raise NotFound
        return self._change(aggregate, events, new=True)

    def record(self, aggregate: A, *events: Event) -> A:
        """The same for what the house itself puts on record of a caller: it need not be the caller's to see."""
        return self._change(aggregate, events, new=True)

    def save(self, aggregate: A, *events: Event) -> A:
        """A changed aggregate with the events that changed it; returns it with its new version."""
        return self._change(aggregate, events, new=False)

    def keep(self, row: Any) -> None:
        """Upsert a copy, whole."""
        at = stored(type(row)), stored(type(row)).key_of(row)
        if at[0].noun is not None:
            raise TypeError(f"{type(row).__name__} is an aggregate: save it with its event")
        row = at[0].seal(row, self.keys)
        self._set(self.pending.rows, at, row)
        self._set(self._read, at, row)

    async def query(self, statement: Select[Any]) -> Sequence[Any]:
        """Rows of a select over what the caller may see: not guarded. In a batch, what is pending is written first."""
        await self._settle()
        text, values = compiled_for(self._scope, statement)
        rows: Sequence[Any] = await self.connection.fetch(text, *values)
        return rows

    def looked_for(self, at: Place) -> bool:
        """True if this tx read the place before it wrote it."""
        return at in self._looked

    def absent(self) -> list[Place]:
        """The aggregates that this tx looked for in vain, and did not make itself: its decision rests on that."""
        return [at for at in self._looked if self._read[at] is None and at[0].noun and at not in self._hidden]

    def mark(self) -> Mark:
        """Where `undo` can take this tx back to."""
        return Mark(len(self._undo), len(self.pending.said), self.flushes)

    def undo(self, mark: Mark) -> None:
        """Take back what was written since `mark` (a reaction that said NotYet); raises AlreadyWritten."""
        if mark.flushes != self.flushes:
            raise AlreadyWritten
        while len(self._undo) > mark.undo:
            where, at, old = self._undo.pop()
            if old is _ABSENT:
                where.pop(at, None)
            else:
                where[at] = old
        del self.pending.said[mark.said :]

    async def _settle(self) -> None:
        """Write what is pending, where the tx can; a command's tx writes only at its commit."""

    async def _fetch(self, at: Place) -> Any | None:
        place, key = at
        row = await self.connection.fetchrow(get_one_sql(place.name, place.columns, place.key), *key)
        return None if row is None else place.load(row, self.keys)

    def _remember(self, at: Place, found: Any | None) -> None:
        if found is not None and not at[0].owner.holds(found, self._scope):
            self._hidden.add(at)
            found = None
        self._read[at] = found
        self._looked.add(at)
        if found is None or at[0].noun is None:
            return
        self.pending.base[at] = found.version
        if self.first is None:
            self.first = at

    def _change(self, aggregate: A, events: tuple[Event, ...], *, new: bool) -> A:
        place = stored(type(aggregate))
        at = place, place.key_of(aggregate)
        version = self._version_before(at, aggregate, new=new)
        self._check(at, events)
        for number, event in enumerate(events, version + 1):
            self._say(event, number)
        changed = place.seal(place.grown(aggregate, version + len(events)), self.keys)
        self._set(self.pending.rows, at, changed)
        self._set(self._read, at, changed)
        if self.first is None:
            self.first = at
        return changed

    def _version_before(self, at: Place, aggregate: Any, *, new: bool) -> int:
        if new:
            if at in self.pending.rows or self._read.get(at) is not None:
                raise Conflict(f"{at[0].name} exists already")
            self._set(self.pending.base, at, 0)
            return 0
        if at not in self.pending.base:
            raise TypeError(f"{type(aggregate).__name__} was not read through this tx")
        return int(self._read[at].version)

    def _check(self, at: Place, events: tuple[Event, ...]) -> None:
        if not events:
            raise TypeError(f"{at[0].kind.__name__} is saved without an event: every change says so")
        for event in events:
            if event.noun != at[0].noun or (event.stream_id,) != at[1]:
                raise TypeError(f"{type(event).__name__} of {event.subject} does not belong to {at[0].noun}/{at[1][0]}")

    def _say(self, event: Event, number: int) -> None:
        body = encode(event, source=self._speaker.urn, sequence=number, time=self.now, traceparent=self.trace)
        if len(body) > MOST_BYTES:
            raise TooLarge(bytes=len(body), most=MOST_BYTES)
        subject, service = event.subject, self._speaker.service
        self.pending.said.append(
            Said(stream_key(service, subject), number, subject, type_of(type(event), service), body)
        )

    def _set(self, where: dict[Place, Any], at: Place, value: Any) -> None:
        self._undo.append((where, at, where.get(at, _ABSENT)))
        where[at] = value


_ABSENT = object()
