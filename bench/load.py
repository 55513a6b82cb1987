"""Who calls? A hand-written client in a process of its own, so that what is measured is the server.

`python -m bench.load` reads a plan (JSON) from standard input and prints what it saw as JSON. Lanes take turns, a short
window each, round after round: whatever else the machine does meanwhile disturbs all of them alike. Within its window
each connection of a lane asks again as soon as it was answered.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from dataclasses import asdict, dataclass, field
from typing import cast

import orjson
import uvloop

from .processes import children, cpu_seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """What one kind of call is: POST to one of `paths` at `port` with `body`; the CPU of `pids` is counted."""

    name: str
    port: int
    paths: list[str]
    body: str
    token: str = ""
    pids: list[int] = field(default_factory=list)
    postmaster: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`rounds` times: each lane for `seconds`, the first `warm_up` of which do not count, over `connections`."""

    lanes: list[Lane]
    rounds: int
    seconds: float
    connections: int = 32
    warm_up: float = 0.1


@dataclass(slots=True)
class Window:
    """What one lane did in one window. Latencies are in milliseconds, CPU times in seconds."""

    lane: str
    answered: int
    seconds: float
    p50: float
    p99: float
    server_cpu: float
    database_cpu: float


@dataclass(slots=True)
class Seen:
    """Everything that was seen; `created` are addresses of what the answers said they made."""

    windows: list[Window] = field(default_factory=list)
    refusal: str = ""
    created: list[str] = field(default_factory=list)


class _Connection(asyncio.Protocol):
    """One connection: ask, read, ask again while the window is open."""

    def __init__(self, lane: Lane, number: int, seen: Seen) -> None:
        body = lane.body.encode()
        shared = f"Host: bench\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        if lane.token:
            shared += f"Authorization: Bearer {lane.token}\r\nIf-Match: *\r\n"
        self._heads = [f"POST {path} HTTP/1.1\r\n{shared}Idempotency-Key: ".encode() for path in lane.paths]
        self._body = b"\r\n\r\n" + body
        self._choose = random.Random(number)
        self._prefix = b"%x-%d-" % (time.time_ns(), number)
        self._seen = seen
        self._count = 0
        self._buffer = b""
        self._asked = 0.0
        self.open = False
        self.at_rest = asyncio.Event()
        self.latencies: list[tuple[float, float]] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is not registered as one

    def begin(self) -> None:
        """The window opens."""
        self.latencies.clear()
        self.at_rest.clear()
        self.open = True
        self._ask()

    def _ask(self) -> None:
        self._count += 1
        head = self._heads[0] if len(self._heads) == 1 else self._choose.choice(self._heads)
        self._asked = time.perf_counter()
        self._transport.write(head + self._prefix + b"%d" % self._count + self._body)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self._buffer[:end].lower()
        if len(self._buffer) < end + 4 + int(_header(head, b"content-length: ")):
            return
        self._answered(head, self._buffer[end + 4 :])
        self._buffer = b""
        if self.open:
            self._ask()
        else:
            self.at_rest.set()

    def _answered(self, head: bytes, body: bytes) -> None:
        now = time.perf_counter()
        self.latencies.append((now, (now - self._asked) * 1_000))
        if head[9:10] != b"2":
            self._seen.refusal = f"{head[9:40]!r} {body[:500].decode()}"
        elif self._count <= 20 and b"location: " in head:
            self._seen.created.append(_header(head, b"location: ").decode())

    def connection_lost(self, exc: Exception | None) -> None:
        if self.open:
            self._seen.refusal = f"cut: {exc}"
        self.at_rest.set()


def _header(head: bytes, name: bytes) -> bytes:
    at = head.find(name)
    return b"0" if at < 0 else head[at + len(name) :].split(b"\r\n", 1)[0]


async def drive(plan: Plan) -> Seen:
    """Carry out the plan, as long as nothing is refused."""
    seen = Seen()
    loop = asyncio.get_running_loop()
    lines: dict[str, list[_Connection]] = {}
    for lane in plan.lanes:
        made = [
            await loop.create_connection(lambda n=n, lane=lane: _Connection(lane, n, seen), "127.0.0.1", lane.port)  # type: ignore[misc]
            for n in range(plan.connections)
        ]
        lines[lane.name] = [connection for _, connection in made]
    for number in range(plan.rounds):
        order = plan.lanes if number % 2 == 0 else plan.lanes[::-1]
        for lane in order:
            window = await _window(lane, lines[lane.name], plan)
            if seen.refusal:
                return seen
            seen.windows.append(window)
    return seen


async def _window(lane: Lane, connections: list[_Connection], plan: Plan) -> Window:
    for connection in connections:
        connection.begin()
    await asyncio.sleep(plan.warm_up)
    before, began = _cpu(lane), time.perf_counter()
    await asyncio.sleep(plan.seconds - plan.warm_up)
    after, ended = _cpu(lane), time.perf_counter()
    for connection in connections:
        connection.open = False
    await asyncio.wait_for(asyncio.gather(*(connection.at_rest.wait() for connection in connections)), 30)
    times = sorted(ms for connection in connections for at, ms in connection.latencies if began <= at <= ended) or [0.0]
    return Window(
        lane=lane.name,
        answered=len(times),
        seconds=ended - began,
        p50=times[len(times) // 2],
        p99=times[int(len(times) * 0.99)],
        server_cpu=after[0] - before[0],
        database_cpu=after[1] - before[1],
    )


def _cpu(lane: Lane) -> tuple[float, float]:
    return cpu_seconds(lane.pids), cpu_seconds(children(lane.postmaster)) if lane.postmaster else 0.0


def main() -> None:
    """Carry out the plan on standard input."""
    given = orjson.loads(sys.stdin.buffer.read())
    plan = Plan(**{**given, "lanes": [Lane(**lane) for lane in given["lanes"]]})
    sys.stdout.buffer.write(orjson.dumps(asdict(uvloop.run(drive(plan)))))


if __name__ == "__main__":
    main()
