"""How does a service change thousands of its own aggregates at once? In one transaction, written as sets, like a batch.

A conflict over one of them repeats the whole; after the first the rows are locked as they are read. Nothing is
journalled: nobody asked.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from .batch_tx import BatchTx
from .contention import CLASHES
from .pending import Conflict, Written
from .runtime import Runtime

_MOST_TRIES = 5


async def transact_together(
    runtime: Runtime,
    decide: Callable[..., Awaitable[Any]],
    *args: Any,
    wanted: Sequence[tuple[type[Any], Any]] = (),
) -> Any:
    """Run `decide(tx, *args)` as the service itself and commit what it changed; raises Conflict after some tries.

    `wanted` are the rows that it will ask for, as `(kind, key)`, read with one query per kind. A crash before the
    commit leaves nothing; two replicas at once: the version of each row lets one through.
    """
    for turn in range(_MOST_TRIES):
        try:
            return await _once(runtime, decide, args, wanted, locking=turn > 0)
        except CLASHES:
            continue
    raise Conflict("what it was decided on changed again and again")


async def _once(
    runtime: Runtime,
    decide: Callable[..., Awaitable[Any]],
    args: tuple[Any, ...],
    wanted: Sequence[tuple[type[Any], Any]],
    *,
    locking: bool,
) -> Any:
    written = Written()
    async with runtime.pool.acquire() as connection, connection.transaction():
        tx = BatchTx(
            connection,
            locking=locking,
            written=written,
            speaker=runtime.speaker,
            caller=runtime.myself,
            now=runtime.clock.legal(),
            keys=runtime.keys,
        )
        await tx.prefetch(wanted)
        done = await decide(tx, *args)
        await tx.flush()
    runtime.committed(written)
    return done
