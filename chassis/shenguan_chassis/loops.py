"""How does background work go on for ever? A loop that failed is logged, waits longer each time, and runs again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from . import logs, metrics
from .backoff import Backoff

_SHORTEST_PAUSE = 0.2
_RAN_WELL = 15.0
"""Seconds after which a loop that failed begins its pauses anew."""
_LONGEST_PAUSE = 3.0
"""Seconds: a service is ready again within five of the end of whatever kept its loops from running (faults.md)."""
_PATIENCE = 10.0
"""Seconds that work in hand may take to finish at a stop."""


class Bell:
    """Wakes one sleeper; many rings before it wakes count as one, and it is woken at most every `apart` seconds."""

    def __init__(self) -> None:
        self.minds: frozenset[type] = frozenset()
        self.apart = 0.0
        self._rung = asyncio.Event()
        self._woken_at = float("-inf")

    def ring(self) -> None:
        """Wake the sleeper now, or as soon as it lies down."""
        self._rung.set()

    async def wait(self, longest: float) -> bool:
        """Sleep until rung, at most `longest` seconds; True if rung."""
        # Not wait_for: in Python 3.11 it drops a cancellation that comes together with the ring.
        try:
            async with asyncio.timeout(longest):
                await self._rung.wait()
        except TimeoutError:
            return False
        now = asyncio.get_running_loop().time
        if (rest := self._woken_at + self.apart - now()) > 0:
            await asyncio.sleep(rest)
        self._woken_at = now()
        return self.rung()

    def rung(self) -> bool:
        """True if it rang since somebody last heeded it; that is heeded now."""
        rung = self._rung.is_set()
        self._rung.clear()
        return rung


class Loops:
    """The background work of one process, by name."""

    def __init__(self, service: str) -> None:
        self._service = service
        self._log = logs.log(service=service)
        self._tasks: dict[str, tuple[asyncio.Task[None], Callable[[], None] | None]] = {}
        self.failing: dict[str, str] = {}

    def start(self, name: str, run: Callable[[], Awaitable[None]], end: Callable[[], None] | None = None) -> None:
        """Run `run` until `stop`. `end` asks it to finish what is in hand and return; without it, it is cancelled."""
        self._tasks[name] = asyncio.create_task(self._for_ever(name, run), name=f"{self._service}.{name}"), end

    async def stop(self) -> None:
        """End all, the last started first: who makes work ends before who does it."""
        for task, end in reversed(self._tasks.values()):
            if end is not None:
                end()
                await asyncio.wait({task}, timeout=_PATIENCE)
            while not task.done():  # a library's own time-out may swallow a cancellation
                task.cancel()
                await asyncio.wait({task}, timeout=1)
        self._tasks.clear()

    async def _for_ever(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        pause = Backoff(_SHORTEST_PAUSE, _LONGEST_PAUSE)
        while True:
            began = asyncio.get_running_loop().time()
            try:
                await run()
                return
            except Exception as error:  # noqa: BLE001 - the one place where background work is kept alive
                self.failing[name] = type(error).__name__
                metrics.LOOP_FAILURES.labels(self._service, name).inc()
                self._log.warning("loop failed", loop=name, error=type(error).__name__, exc_info=error)
            if asyncio.get_running_loop().time() - began > _RAN_WELL:
                pause.reset()
            await asyncio.sleep(pause.next())
            self.failing.pop(name, None)
