"""How is a command given? Decide, commit in one statement, answer; on a conflict decide again.

A key that was used gives its first answer again: found when the journal refuses a second row, or when the rule refuses
because the first already took effect. A refusal does not use up its key.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from hashlib import blake2b
from typing import Any, TypeVar

from asyncpg import Connection, Pool
from pydantic import BaseModel

from . import metrics
from .absence import write_relying
from .clock import Clock
from .contention import CLASHES, AlreadyExists, Contended, Turns
from .deciding import Command
from .identity.caller import Caller
from .journal import JournalRow, RefusedAtTheDoor
from .keys import Keys
from .pending import Pending, Written
from .preconditions import Named
from .refusals import Refusal
from .store import stored
from .tx import Speaker, Tx
from .writes import write_command

A = TypeVar("A")

_KEY = "journal_key"
_PURPOSE = "request"
_REPLAY = """
SELECT body_hash, status, answer, subject, version FROM journal
WHERE person = $1 AND coalesce(department, '') = $2 AND idem_key = $3
"""


class KeyReused(Refusal, status=422, rule="Idempotency-Key", field="Idempotency-Key"):
    """该 Idempotency-Key 已用于另一请求：同一请求重试请保持内容不变，新的请求请换用新的键。"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the caller is told; `version` is the ETag."""

    status: int
    body: bytes
    subject: str | None
    version: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One command as it was asked: `run` decides on a tx and returns the aggregate that `render` shows."""

    command: Command
    run: Callable[[Tx], Awaitable[Any]]
    render: Callable[[Any], bytes]
    caller: Caller
    status: int = 200
    idem_key: str | None = None
    request: bytes | None = None
    """What makes two requests the same; only a keyed hash of it is kept, for it may hold personal data."""
    names: Named | None = None
    """The aggregate that it changes, with the version its caller has seen; None for one that creates."""
    trace: str | None = None
    spans: bool = False
    """It changes more than aggregates, by statements of its own: all in one transaction."""


class Desk:
    """Where commands are given: one per service. `committed` is told after each commit what it wrote."""

    def __init__(
        self, pool: Pool, clock: Clock, speaker: Speaker, committed: Callable[[Written], None], keys: Keys
    ) -> None:
        self._pool = pool
        self._turns = Turns(pool)
        self._clock = clock
        self._speaker = speaker
        self._committed = committed
        self._keys = keys

    async def give(self, ask: Ask) -> Answer:
        """Decide and commit; raises Refusal after leaving the trace that a refusal leaves."""
        try:
            ask.command.allow(ask.caller)
            answer: Answer = await self._turns.settle(partial(self._answer, ask))
        except Refusal as refusal:
            return await self._refuse(ask, refusal)
        metrics.of(metrics.COMMANDS, ask.command.name, "done").inc()
        return answer

    async def note_refusal(self, noted: RefusedAtTheDoor) -> None:
        """Leave the row of a refusal that was said before any command was asked, or of one to look."""
        row = noted.row(self._clock.system(), self._clock.legal())
        async with self._pool.acquire() as connection:
            await write_command(connection, Pending(), row.at, row)
        self._committed(Written(said=True))

    async def transact(self, run: Callable[[Tx], Awaitable[Any]], caller: Caller) -> Any:
        """Decide and commit something of its own, without journal row, in one statement."""
        return await self._turns.settle(partial(self._act, run, caller, holding=False))

    async def transact_holding(self, run: Callable[[Tx], Awaitable[Any]], caller: Caller) -> Any:
        """The same in a transaction of its own: what `run` locks is held to the commit."""
        return await self._turns.settle(partial(self._act, run, caller, holding=True))

    async def _answer(self, ask: Ask, connection: Connection) -> Answer:
        tx = self._tx(connection, ask.caller, ask.trace)
        try:
            answer = await self._try(tx, partial(self._decide, tx, ask), holding=ask.spans)
        except Contended as contended:
            earlier = await self._replay(connection, ask) if contended.taken == _KEY else None
            if earlier is None:
                raise
            return earlier
        self._committed(Written().note(tx.pending, journalled=True))
        return answer

    async def _decide(self, tx: Tx, ask: Ask) -> Answer:
        if ask.names is not None:
            await ask.names.check(tx)
        shown = await ask.run(tx)
        if ask.names is not None:
            ask.names.check_made(tx)
        answer = Answer(ask.status, ask.render(shown), _subject(shown), getattr(shown, "version", None))
        await self._write(tx, self._row(ask, answer, tx))
        return answer

    async def _act(
        self, run: Callable[[Tx], Awaitable[A]], caller: Caller, connection: Connection, *, holding: bool
    ) -> A:
        tx = self._tx(connection, caller)

        async def decide() -> A:
            done = await run(tx)
            await self._write(tx, None)
            return done

        done = await self._try(tx, decide, holding=holding)
        self._committed(Written().note(tx.pending))
        return done

    async def _try(self, tx: Tx, work: Callable[[], Awaitable[A]], *, holding: bool) -> A:
        """One try of a decision and its commit; raises Contended where somebody else wanted the same rows."""
        try:
            if not holding:
                return await work()
            async with tx.connection.transaction():
                return await work()
        except CLASHES as clash:
            raise Contended(tx, clash) from None

    async def _write(self, tx: Tx, row: JournalRow | None) -> None:
        absent = tx.absent() if tx.pending.rows else ()
        if absent:
            await write_relying(tx.connection, tx.pending, self._clock.system(), row, absent)
        else:
            await write_command(tx.connection, tx.pending, self._clock.system(), row)

    async def _refuse(self, ask: Ask, refusal: Refusal) -> Answer:
        """The first answer, where the command took effect before under this key; else the refusal with its trace."""
        try:
            earlier = await self._earlier(ask)
        except KeyReused as reused:
            refusal, earlier = reused, None
        if earlier is not None:
            return earlier
        metrics.of(metrics.COMMANDS, ask.command.name, refusal.code).inc()
        await self._leave_trace(ask, refusal)
        refusal.journalled = True
        raise refusal

    async def _earlier(self, ask: Ask) -> Answer | None:
        if ask.idem_key is None:
            return None
        async with self._pool.acquire() as connection:
            return await self._replay(connection, ask)

    async def _replay(self, connection: Connection, ask: Ask) -> Answer | None:
        row = await connection.fetchrow(_REPLAY, ask.caller.person, ask.caller.department or "", ask.idem_key)
        if row is None:
            return None
        if ask.request is None or row["body_hash"] not in self._hashes(ask.request):
            raise KeyReused
        return Answer(row["status"], row["answer"], row["subject"], row["version"])

    def _hashes(self, request: bytes) -> list[bytes]:
        """By every generation of the key: it may have been changed since the first try."""
        return [_hash(request, key) for key in self._keys.all_of(_PURPOSE).values()]

    async def _leave_trace(self, ask: Ask, refusal: Refusal) -> None:
        """A row in the journal, and what the refusal itself records; the key stays unused."""
        try:
            await self._turns.settle(partial(self._note, ask, refusal, refusal.records))
        except AlreadyExists:  # what it would record is on record
            await self._turns.settle(partial(self._note, ask, refusal, None))

    async def _note(self, ask: Ask, refusal: Refusal, records: Any, connection: Connection) -> None:
        tx = self._tx(connection, ask.caller, ask.trace)
        if records is not None:
            tx.add(*records)
        about = None if ask.names is None else ask.names.subject
        row = self._row(replace(ask, idem_key=None), Answer(refusal.status, b"", about, None), tx, refusal.code)
        await self._try(tx, partial(self._write, tx, row), holding=False)
        self._committed(Written().note(tx.pending, journalled=True))

    def _tx(self, connection: Connection, caller: Caller, trace: str | None = None) -> Tx:
        now, keys = self._clock.legal(), self._keys
        return Tx(connection, speaker=self._speaker, caller=caller, now=now, trace=trace, keys=keys)

    def _row(self, ask: Ask, answer: Answer, tx: Tx, code: str | None = None) -> JournalRow:
        caller = ask.caller
        return JournalRow(
            at=self._clock.system(),
            legal_at=tx.now,
            person=caller.person,
            organisation=caller.organisation,
            department=caller.department,
            roles=sorted(caller.roles),
            command=ask.command.name,
            subject=answer.subject,
            version=answer.version,
            idem_key=ask.idem_key,
            body_hash=None if ask.request is None else _hash(ask.request, self._keys.of(_PURPOSE)),
            status=answer.status,
            code=code,
            answer=answer.body,
            trace=ask.trace,
        )


def _hash(request: bytes, key: bytes) -> bytes:
    return blake2b(request, key=key, digest_size=32).digest()


def _subject(shown: Any) -> str | None:
    """The aggregate that the command was about: the one it returns; an operator's act is about none."""
    return None if isinstance(shown, BaseModel) else f"{stored(type(shown)).noun}/{shown.id}"
