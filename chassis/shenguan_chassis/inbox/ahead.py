"""How does the inbox lose no time to the bus? Meanwhile it takes and reads the next records, and tells what is done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from ..bus.port import Member, Received
from ..waiting import ended

_WAIT = 5.0
"""Longer than the caller waits, who would else be woken twice for nothing."""


class Ahead:
    """A member that works ahead; what it took and nobody asked for comes again, to whoever owns it then."""

    def __init__(self, member: Member, foresee: Callable[[Sequence[Received]], None]) -> None:
        """`foresee` is shown what was taken before anybody asks for it: while a database answers, there is time."""
        self._member = member
        self._foresee = foresee
        self._taking: asyncio.Task[Sequence[Received]] | None = None
        self._telling: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        if self._taking is not None:
            await ended(self._taking)
        await self._told()

    async def take(self, most: int = 500, wait: float = 1.0) -> Sequence[Received]:
        """See `port.Reader.take`; once there was something, the next is taken while that takes effect."""
        taking = self._taking or asyncio.create_task(self._take(most))
        self._taking = taking
        await asyncio.wait({taking}, timeout=wait)
        if not taking.done():
            return ()
        taken = taking.result()
        self._taking = asyncio.create_task(self._take(most)) if taken else None
        return taken

    async def _take(self, most: int) -> Sequence[Received]:
        taken = await self._member.take(most, _WAIT)
        self._foresee(taken)
        return taken

    async def done(self, taken: Sequence[Received]) -> None:
        """See `port.Member.done`; raises what telling of the batch before raised."""
        await self._told()
        self._telling = asyncio.create_task(self._member.done(taken))

    def doubt(self) -> bool:
        """See `port.Member.doubt`."""
        return self._member.doubt()

    async def _told(self) -> None:
        if self._telling is not None:
            telling, self._telling = self._telling, None
            await telling
