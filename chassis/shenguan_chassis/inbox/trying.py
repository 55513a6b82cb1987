"""How is one event tried? Together with its batch, or, once something failed, each behind a savepoint of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from asyncpg import Connection

from ..batch_tx import BatchTx
from ..ids import stream_key
from ..pending import AlreadyWritten
from ..refusals import BrokenMessage, NotYet
from .faults import Unsettled, contended, describe, ours
from .hearing import Heard
from .meaning import Broken, Meaning, Newer, Wanted
from .outcome import Done, Early, Failed, Hopeless, Outcome, TooNew


async def react(tx: BatchTx, wanted: Wanted) -> Outcome:
    """Run the reactions to one event; what they wrote is not taken back here."""
    tx.heard, tx.trace = wanted.envelope, wanted.envelope.traceparent
    try:
        for reaction in wanted.reactions:
            await reaction.run(tx, wanted.event)
    except NotYet as early:
        return Early(stream_key(early.source, early.subject), str(early))
    except BrokenMessage as broken:
        return Hopeless(broken.reason)
    return Done(reacted=True)


def _without_reaction(meaning: Meaning) -> Outcome:
    match meaning:
        case Newer(reason):
            return TooNew(reason)
        case Broken(reason):
            return Hopeless(reason)
        case _:
            return Done()


class Together:
    """All events of a batch on one tx, written at its end. Whatever fails fails the batch."""

    def __init__(self, tx: BatchTx) -> None:
        self._tx = tx

    async def prefetch(self, meanings: Iterable[Meaning]) -> None:
        """Read what the reactions said they will want, one query per kind."""
        await self._tx.prefetch([row for meaning in meanings if isinstance(meaning, Wanted) for row in _reads(meaning)])

    async def __call__(self, _: Heard, meaning: Meaning) -> Outcome:
        """Try one event; raises Unsettled if its word cannot be taken back."""
        if not isinstance(meaning, Wanted):
            return _without_reaction(meaning)
        mark = self._tx.mark()
        outcome = await react(self._tx, meaning)
        if not isinstance(outcome, Done):
            try:
                self._tx.undo(mark)
            except AlreadyWritten:
                raise Unsettled from None
        return outcome


class OneByOne:
    """Each event behind a savepoint and written at once: the one that fails is known, the others keep their effect.

    `blame` counts a conflict against the event: it has failed alone, again and again, while holding its locks.
    """

    def __init__(self, connection: Connection, new_tx: Callable[[], BatchTx], *, blame: bool) -> None:
        self._connection = connection
        self._new_tx = new_tx
        self._blame = blame

    async def __call__(self, _: Heard, meaning: Meaning) -> Outcome:
        """Try one event; raises only what is not its fault."""
        if not isinstance(meaning, Wanted):
            return _without_reaction(meaning)
        savepoint = self._connection.transaction()
        await savepoint.start()
        try:
            outcome = await self._alone(meaning)
        except Exception as error:  # the consumer's loop: whatever a reaction raises is its outcome
            await savepoint.rollback()
            if ours(error) and not (self._blame and contended(error)):
                raise
            return Failed(describe(error))
        await (savepoint.commit() if isinstance(outcome, Done) else savepoint.rollback())
        return outcome

    async def _alone(self, wanted: Wanted) -> Outcome:
        tx = self._new_tx()
        await tx.prefetch(list(_reads(wanted)))
        outcome = await react(tx, wanted)
        if isinstance(outcome, Done):
            await tx.flush()
        return outcome


def _reads(wanted: Wanted) -> Iterable[tuple[type, object]]:
    return (row for reaction in wanted.reactions for row in reaction.reads(wanted.event))
