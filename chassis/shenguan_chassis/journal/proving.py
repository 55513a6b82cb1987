"""How is it shown to a stranger that an entry is in the log? By the hashes that lead from it to a signed head."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from asyncpg import Connection

from .entries import NO_STREAM, Place
from .head import SignedHead, Statement, way_back
from .merkle import ALGORITHMS, path
from .verifying import Sealed

_SEAL_OF_ROW = "SELECT * FROM seal WHERE (row_xid, row_id) >= ($1, $2) ORDER BY row_xid, row_id, number LIMIT 1"
_SEAL_OF_EVENT = """
SELECT * FROM seal WHERE (event_xid, event_stream, event_seq) >= ($1, $2, $3)
ORDER BY event_xid, event_stream, event_seq, number LIMIT 1
"""
_STATEMENTS = "SELECT number, statement, key, signature FROM seal WHERE number = ANY($1::bigint[])"


@dataclass(frozen=True, slots=True)
class Proof:
    """Entry `number` of the log is under the seal `seal`: `steps` lead from its leaf to the seal's root."""

    number: int
    seal: int
    steps: list[bytes]
    algorithm: str


class Prover:
    """Proves entries one after the other; what it read of a seal serves the next."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._seals: dict[Place, tuple[Sealed, int]] = {}

    async def prove(self, place: Place) -> Proof | None:
        """The proof of an entry by its place; None while it is not sealed, or was not when its neighbours were."""
        if place not in self._seals:
            self._remember(await self._seal_of(place))
        found = self._seals.get(place)
        if found is None:
            return None
        sealed, index = found
        statement = Statement.read(sealed.signed.text)
        steps = path(ALGORITHMS[statement.algorithm], sealed.leaves, index)
        return Proof(statement.first + index, sealed.number, steps, statement.algorithm)

    async def _seal_of(self, place: Place) -> Sealed | None:
        xid, stream, number = place
        if stream == NO_STREAM:
            row = await self._connection.fetchrow(_SEAL_OF_ROW, xid, number)
        else:
            row = await self._connection.fetchrow(_SEAL_OF_EVENT, xid, stream, number)
        return None if row is None else Sealed.load(row, None)

    def _remember(self, sealed: Sealed | None) -> None:
        if sealed is not None:
            self._seals |= {place: (sealed, index) for index, place in enumerate(sealed.places)}


async def statements(connection: Connection, seals: Iterable[int], newest: int) -> list[SignedHead]:
    """The statements that lead from seal `newest` back to each of `seals`, the newest first."""
    wanted = {number for seal in seals for number in way_back(newest, seal)}
    found = await connection.fetch(_STATEMENTS, sorted(wanted))
    signed = {row["number"]: SignedHead(row["statement"], row["key"], row["signature"]) for row in found}
    return [signed[number] for number in sorted(signed, reverse=True)]
