"""How does a batch take effect once? In one transaction with the positions: as a whole first, one by one if it must."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from asyncpg import Connection

from ..batch_tx import BatchTx
from ..identity.caller import service_itself
from ..pending import Written
from . import ledger
from .batch import Batch, Tally
from .halting import Halting
from .hearing import Heard, Unreadable
from .listening import Listening
from .meaning import Meaning, Reader
from .streams import Stream
from .trying import OneByOne, Together


@dataclass(frozen=True, slots=True)
class Work:
    """What one transaction does: events that came, messages to keep aside, and streams to look at again."""

    heard: Sequence[tuple[Heard, Meaning]] = ()
    unreadable: Sequence[Unreadable] = ()
    due: Sequence[UUID] = ()

    def halves(self) -> tuple[Work, Work]:
        """Two smaller pieces, the first first."""
        middle = len(self.heard) // 2
        return Work(self.heard[:middle], self.unreadable), Work(self.heard[middle:], (), self.due)


@dataclass(frozen=True, slots=True)
class Manner:
    """How hard it is tried: `careful` puts a savepoint around each event, `locking` locks what is read in advance."""

    careful: bool = False
    locking: bool = False
    blame: bool = False


class Effects:
    """Carries out work for one service."""

    def __init__(self, reader: Reader, listening: Listening, halting: Halting) -> None:
        self._reader = reader
        self._speaker = listening.speaker
        self._caller = service_itself(listening.speaker.service)
        self._clock = listening.clock
        self._patience = listening.patience
        self._keys = listening.keys
        self._halting = halting

    async def take(self, connection: Connection, work: Work, manner: Manner) -> Tally:
        """Commit the work; raises Conflict, Halted, asyncpg's errors and, unless `careful`, what a reaction raised."""
        now, written = self._clock.system(), Written()
        async with connection.transaction():
            streams = await self._locked(connection, work)
            tx = self._tx(connection, manner, written)
            trying = self._one_by_one(connection, manner, written) if manner.careful else Together(tx)
            batch = Batch(streams, self._reader, trying, now, self._patience)
            if not manner.careful:
                await Together(tx).prefetch([m for h, m in work.heard if streams[h.stream].at < h.seq])
            for heard, meaning in work.heard:
                await batch.hear(heard, meaning)
            for key in work.due:
                if key in streams:
                    await batch.look_again(streams[key])
            tally = batch.finish()
            self._halting.judge(tally)
            await tx.flush()
            await ledger.keep_unreadable(connection, [*work.unreadable, *tally.unreadable], now)
            await ledger.settle(connection, streams.values(), now)
        self._halting.remember(tally)
        tally.written = written
        return tally

    async def _locked(self, connection: Connection, work: Work) -> dict[UUID, Stream]:
        if work.due:
            return await ledger.lock(connection, work.due, free_only=True)
        return await ledger.lock(connection, (heard.stream for heard, _ in work.heard)) if work.heard else {}

    def _one_by_one(self, connection: Connection, manner: Manner, written: Written) -> OneByOne:
        return OneByOne(connection, lambda: self._tx(connection, manner, written), blame=manner.blame)

    def _tx(self, connection: Connection, manner: Manner, written: Written) -> BatchTx:
        return BatchTx(
            connection,
            locking=manner.locking,
            written=written,
            speaker=self._speaker,
            caller=self._caller,
            now=self._clock.legal(),
            keys=self._keys,
        )
