"""(a) What does a command cost over HTTP, with everything the edge does, beside two bare inserts?

Ours checks a token, an Idempotency-Key and a rule, and writes the row, its event, the queue and the journal, which is
sealed meanwhile. Its relay is paused, as while the bus is away; one lane more shows what a relay in the same process
takes. The bare endpoint validates the same body and makes two inserts in a transaction.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass
from statistics import median

import orjson

from shenguan_chassis.embedded_postgres import EmbeddedPostgres
from shenguan_chassis.testing.kafka import free_port

from . import house, worker
from .bare import door
from .load import Lane, Plan, Seen, Window
from .matters import store
from .report import Figure
from .sample import TEXT

_OPEN = orjson.dumps({"department": "fire", "title": "增加经营项目", "request": TEXT}).decode()
_LETTER = orjson.dumps({"text": TEXT}).decode()
_NOTE = orjson.dumps({"remark": TEXT}).decode()
_MATTERS = "/bench/v1/matters"

_BARE, _STRIPPED = (
    "bare: two inserts in a transaction",
    "the same, stripped: no reset of connections, no response model",
)
_CREATING, _READING, _CHANGING = "creating, no reads", "creating, one read", "changing: one read, one write"
_RELAYED = "creating, no reads, relay running to the embedded log"
_TARGETS = {_CREATING: 1.0, _READING: 0.8, _CHANGING: 0.7}


@dataclass(frozen=True, slots=True)
class Server:
    """A process that serves, and what one needs to call it."""

    port: int
    token: str
    pid: int
    postmaster: int

    def lane(self, name: str, paths: list[str], body: str) -> Lane:
        """Calls of this server."""
        known = {"port": self.port, "token": self.token, "pids": [self.pid], "postmaster": self.postmaster}
        return Lane(name=name, paths=paths, body=body, **known)  # type: ignore[arg-type]  # as its fields say


async def measure(postgres: EmbeddedPostgres, seconds: float, rounds: int) -> list[Figure]:
    """All lanes in turn, in windows of `seconds`, `rounds` times."""
    async with AsyncExitStack() as stack:
        lanes = await _lanes(postgres, stack)
        seen = await drive(Plan(lanes=lanes, rounds=rounds, seconds=seconds))
    by_lane = {lane.name: [window for window in seen.windows if window.lane == lane.name] for lane in lanes}
    return [figure for name, windows in by_lane.items() for figure in _figures(name, windows, by_lane[_BARE])]


async def _lanes(postgres: EmbeddedPostgres, stack: AsyncExitStack) -> list[Lane]:
    bare_dsn = await postgres.create_database("bare", "bare")
    await house.run(bare_dsn, door.TABLES)
    bare = await stack.enter_async_context(serving(postgres, "bare", bare_dsn))
    stripped = await stack.enter_async_context(serving(postgres, "stripped", bare_dsn))
    ours = await stack.enter_async_context(_ours(postgres, "paused"))
    relayed = await stack.enter_async_context(_ours(postgres, "relay"))
    opening = ours.lane(_CREATING, [_MATTERS], _OPEN)
    made = (await drive(Plan(lanes=[opening], rounds=1, seconds=2))).created
    return [
        bare.lane(_BARE, ["/matters"], _OPEN),
        stripped.lane(_STRIPPED, ["/stripped"], _OPEN),
        opening,
        ours.lane(_READING, [f"{path}/letters" for path in made], _LETTER),
        ours.lane(_CHANGING, [f"{path}/notes" for path in made], _NOTE),
        relayed.lane(_RELAYED, [_MATTERS], _OPEN),
    ]


def _figures(name: str, windows: Sequence[Window], bare: Sequence[Window]) -> list[Figure]:
    answered = sum(window.answered for window in windows)
    server = sum(window.server_cpu for window in windows) / answered * 1e6
    database = sum(window.database_cpu for window in windows) / answered * 1e6
    times = f"p50 {median(w.p50 for w in windows):.1f}, p99 {median(w.p99 for w in windows):.1f} ms"
    cost = f"CPU per request: server {server:.0f}, PostgreSQL {database:.0f} µs"
    rate = median(window.answered / window.seconds for window in windows)
    figures = [Figure(part="a", what=name, value=rate, unit="requests/s", note=f"{times}; {cost}")]
    if name != _BARE:
        ratio = median((w.answered / w.seconds) / (b.answered / b.seconds) for w, b in zip(windows, bare, strict=True))
        figures.append(Figure(part="a", what="  of the bare one", value=ratio, unit="×", target=_TARGETS.get(name)))
    return figures


@asynccontextmanager
async def _ours(postgres: EmbeddedPostgres, relay: str) -> AsyncIterator[Server]:
    dsn = await house.laid_out(postgres, f"bench_{relay}", store.metadata)
    bus = await postgres.create_database(f"bus_{relay}", "bus")
    state = house.folder(postgres, f"tokens_{relay}")
    async with serving(postgres, "ours", dsn, bus, str(state), relay) as server:
        yield server


@asynccontextmanager
async def serving(postgres: EmbeddedPostgres, kind: str, *facts: str) -> AsyncIterator[Server]:
    """Run `python -m bench.serving …` until the context ends."""
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.serving", kind, str(port), *facts, stdout=subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        token = (await process.stdout.readline()).decode().strip()
        if not token:
            raise RuntimeError(f"{kind} did not start")
        await _until_open(port)
        yield Server(port, token.strip("-"), process.pid, postgres.pid)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _until_open(port: int) -> None:
    for _ in range(500):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.01)
        else:
            writer.close()
            return
    raise TimeoutError("the server did not open its door")


async def drive(plan: Plan) -> Seen:
    """Carry out a plan in a process of its own; whatever is refused ends it."""
    found = await worker.run("load", given=orjson.dumps(asdict(plan)))
    if found["refusal"]:
        raise RuntimeError(f"refused: {found['refusal']}")
    return Seen([Window(**window) for window in found["windows"]], "", found["created"])
