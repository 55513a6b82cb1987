"""How is a command given? Decide, commit in one statement, answer; on a conflict decide again.

A key that was used gives its first answer again: found when the journal refuses a second row, or when the rule refuses
because the first already took effect. A refusal does not use up its key.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakValueDictionary

from asyncpg import Connection, DeadlockDetectedError, Pool, UniqueViolationError
from pydantic import BaseModel

from . import metrics
from .clock import Clock
from .deciding import Command
from .identity.caller import Caller
from .journal import JournalRow
from .keys import NO_KEYS, Keys
from .pending import Conflict
from .refusals import Refusal
from .store import stored
from .tx import Speaker, StaleEtag, Tx
from .writes import write_command

_MOST_TRIES = 60
_CLASHES = (Conflict, UniqueViolationError, DeadlockDetectedError)
"""Somebody else wanted the same rows: decide again."""
_REPLAY = "SELECT body_hash, status, answer, subject, version FROM journal WHERE person = $1 AND idem_key = $2"


class KeyReused(Refusal, status=422, rule="Idempotency-Key", field="Idempotency-Key"):
    """该 Idempotency-Key 已用于另一请求：同一请求重试请保持内容不变，新的请求请换用新的键。"""


class AlreadyExists(Refusal, rule="唯一性"):
    """同一对象已登记：请查询已有记录，不必重复提交。"""


class Busy(Refusal, status=503):
    """同时更改该对象的人过多：请稍后重试。"""


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
    body_hash: bytes | None = None
    expects: int | None = None
    trace: str | None = None
    spans: bool = False
    """It changes more than aggregates, by statements of its own: all in one transaction."""


class Desk:
    """Where commands are given: one per service. `spoken` is called after each commit that said something."""

    def __init__(
        self, pool: Pool, clock: Clock, speaker: Speaker, spoken: Callable[[], None], keys: Keys = NO_KEYS
    ) -> None:
        self._pool = pool
        self._clock = clock
        self._speaker = speaker
        self._spoken = spoken
        self._keys = keys
        self._queues: WeakValueDictionary[Any, asyncio.Lock] = WeakValueDictionary()

    async def give(self, ask: Ask) -> Answer:
        """Decide and commit; raises Refusal after leaving the trace that a refusal leaves."""
        try:
            ask.command.allow(ask.caller)
            answer = await self._decided(ask)
        except Refusal as refusal:
            earlier = await self._earlier(ask)
            if earlier is not None:
                return earlier
            metrics.of(metrics.COMMANDS, ask.command.name, refusal.code).inc()
            await self._leave_trace(ask, refusal)
            raise
        metrics.of(metrics.COMMANDS, ask.command.name, "done").inc()
        return answer

    async def transact(self, run: Callable[[Tx], Awaitable[Any]], caller: Caller) -> Any:
        """Decide and commit something of its own, without journal row; what it locks is held to the commit."""
        return await self._settled(lambda connection: self._act(connection, run, caller))

    async def _decided(self, ask: Ask) -> Answer:
        answer: Answer = await self._settled(lambda connection: self._try(connection, ask))
        return answer

    async def _settled(self, attempt: Callable[[Connection], Awaitable[Any]]) -> Any:
        """Try until no conflict: the first time freely, then behind the others that want the same aggregate."""
        queue: asyncio.Lock | None = None
        for turn in range(_MOST_TRIES):
            try:
                if queue is None:
                    async with self._pool.acquire() as connection:
                        return await attempt(connection)
                async with queue, self._pool.acquire() as connection:
                    return await attempt(connection)
            except _Contended as contended:
                if contended.final:
                    raise AlreadyExists from None
                queue = self._queues.setdefault(contended.over, asyncio.Lock())
                if turn > 1:
                    await asyncio.sleep(random.uniform(0, 0.002 * min(turn, 10)))  # noqa: S311 - jitter, no secret
        raise Busy

    async def _try(self, connection: Connection, ask: Ask) -> Answer:
        tx = Tx(
            connection,
            speaker=self._speaker,
            caller=ask.caller,
            now=self._clock.legal(),
            trace=ask.trace,
            expects=ask.expects,
            keys=self._keys,
        )
        try:
            if ask.spans:
                async with connection.transaction():
                    answer = await self._decide(tx, ask)
            else:
                answer = await self._decide(tx, ask)
        except _CLASHES as clash:
            return await self._after(clash, connection, ask, tx)
        self._spoken()
        return answer

    async def _decide(self, tx: Tx, ask: Ask) -> Answer:
        shown = await ask.run(tx)
        answer = Answer(ask.status, ask.render(shown), _subject(shown), getattr(shown, "version", None))
        await write_command(tx.connection, tx.pending, self._clock.system(), self._row(ask, answer, tx))
        return answer

    async def _after(self, clash: Exception, connection: Connection, ask: Ask, tx: Tx) -> Answer:
        taken = clash.constraint_name if isinstance(clash, UniqueViolationError) else None
        if taken == "journal_key":
            earlier = await self._replay(connection, ask)
            if earlier is not None:
                return earlier
        if ask.expects is not None and not isinstance(clash, DeadlockDetectedError):
            raise StaleEtag(given=ask.expects) from None
        raise _Contended(tx.first, final=_existed(tx, taken)) from None

    async def _act(self, connection: Connection, run: Callable[[Tx], Awaitable[Any]], caller: Caller) -> Any:
        tx = Tx(connection, speaker=self._speaker, caller=caller, now=self._clock.legal(), keys=self._keys)
        try:
            async with connection.transaction():
                done = await run(tx)
                await write_command(connection, tx.pending, self._clock.system(), None)
        except _CLASHES as clash:
            taken = clash.constraint_name if isinstance(clash, UniqueViolationError) else None
            raise _Contended(tx.first, final=_existed(tx, taken)) from None
        if tx.pending.said:
            self._spoken()
        return done

    async def _earlier(self, ask: Ask) -> Answer | None:
        if ask.idem_key is None:
            return None
        async with self._pool.acquire() as connection:
            return await self._replay(connection, ask)

    async def _replay(self, connection: Connection, ask: Ask) -> Answer | None:
        row = await connection.fetchrow(_REPLAY, ask.caller.person, ask.idem_key)
        if row is None:
            return None
        if row["body_hash"] != ask.body_hash:
            raise KeyReused
        return Answer(row["status"], row["answer"], row["subject"], row["version"])

    async def _leave_trace(self, ask: Ask, refusal: Refusal) -> None:
        """A row in the journal, and what the refusal itself records; the key stays unused."""
        async with self._pool.acquire() as connection:
            tx = Tx(
                connection,
                speaker=self._speaker,
                caller=ask.caller,
                now=self._clock.legal(),
                trace=ask.trace,
                keys=self._keys,
            )
            if refusal.records is not None:
                tx.add(*refusal.records)
            row = self._row(replace(ask, idem_key=None), Answer(refusal.status, b"", None, None), tx, refusal.code)
            await write_command(connection, tx.pending, self._clock.system(), row)
        if tx.pending.said:
            self._spoken()

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
            body_hash=ask.body_hash,
            status=answer.status,
            code=code,
            answer=answer.body,
            trace=ask.trace,
        )


class _Contended(Exception):
    def __init__(self, over: Any, *, final: bool) -> None:
        self.over = over
        self.final = final


def _subject(shown: Any) -> str | None:
    """The aggregate that the command was about: the one it returns; an operator's act is about none."""
    return None if isinstance(shown, BaseModel) else f"{stored(type(shown)).noun}/{shown.id}"


def _existed(tx: Tx, taken: str | None) -> bool:
    """True if a new aggregate was there before the command, which had not looked: no later try can help."""
    return taken is not None and any(
        f"{place.name}_pkey" == taken and not tx.looked_for((place, key)) for place, key in tx.pending.rows
    )
