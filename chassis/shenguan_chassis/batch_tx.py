"""What do the reactions of a whole batch work with? One `Tx` for all, which reads and writes many rows at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from asyncpg import Connection

from .batch_writes import write_batch
from .db import get_many_sql
from .pending import Pending, Written
from .store import Key, Stored, stored
from .tx import Tx


class BatchTx(Tx):
    """The tx of a consumer's batch: its connection is in an open transaction, and it may write before the end."""

    def __init__(
        self, connection: Connection, *, locking: bool = False, written: Written | None = None, **known: Any
    ) -> None:
        """`written` learns what is written: several may share one."""
        super().__init__(connection, **known)
        self._locking = locking
        self._written = Written() if written is None else written

    async def prefetch(self, wanted: Sequence[tuple[type[Any], Any]]) -> None:
        """Read many rows with one query per kind: `(kind, key)`, the key a value or a tuple of them."""
        by_kind: dict[Stored, set[Key]] = {}
        for kind, key in wanted:
            at = stored(kind), key if isinstance(key, tuple) else (key,)
            if at not in self._read:
                by_kind.setdefault(at[0], set()).add(at[1])
        for place, keys in by_kind.items():
            await self._fetch_many(place, list(keys))

    async def _fetch_many(self, place: Stored, keys: list[Key]) -> None:
        types = tuple(place.type_of(part) for part in place.key)
        text = get_many_sql(place.name, place.columns, place.key, types) + self._lock_words(place)
        found = {}
        for row in await self.connection.fetch(text, *map(list, zip(*keys, strict=True))):
            value = place.load(row, self.keys)
            found[place.key_of(value)] = value
        for key in keys:
            self._remember((place, key), found.get(key))

    def _lock_words(self, place: Stored) -> str:
        """After a conflict the rows are locked in id order as they are read, so that the next try gets through."""
        return " ORDER BY t.id FOR UPDATE OF t" if self._locking and place.noun else ""

    async def _settle(self) -> None:
        if self.pending.rows:
            await self.flush()

    async def flush(self) -> None:
        """Write all that is pending in a few set statements; raises Conflict."""
        pending, self.pending = self.pending, Pending()
        self._undo.clear()
        self.flushes += 1
        await write_batch(self.connection, pending)
        self._written.note(pending)
        written = {at: row.version for at, row in pending.rows.items() if at[0].noun is not None}
        self.pending.base = pending.base | written
        self.pending.held = frozenset(self.pending.base)
