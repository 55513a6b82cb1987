"""(a) What does a command cost over HTTP, with everything the edge does, beside two bare inserts?"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import orjson

from shenguan_chassis.embedded_postgres import EmbeddedPostgres
from shenguan_chassis.testing.kafka import free_port

from . import house
from .bare import door
from .load import Lane, Plan, Seen, Window
from .matters import store

TEXT = "因经营需要，申请在原许可范围内增加一项，材料已经齐备，地点和负责人不变，承诺所填内容真实，请予受理。" * 5
_OPEN = orjson.dumps({"department": "fire", "title": "增加经营项目", "request": TEXT}).decode()
_LETTER = orjson.dumps({"text": TEXT}).decode()
_NOTE = orjson.dumps({"remark": TEXT}).decode()


@dataclass(frozen=True, slots=True)
class Server:
    """A process that serves, and what one needs to call it."""

    port: int
    token: str
    pid: int
    postmaster: int

    def lane(self, name: str, paths: list[str], body: str) -> Lane:
        """Calls of this server."""
        return Lane(
            name=name,
            port=self.port,
            paths=paths,
            body=body,
            token=self.token,
            pids=[self.pid],
            postmaster=self.postmaster,
        )


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
    """Carry out a plan in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.load", stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    out, _ = await process.communicate(orjson.dumps(asdict(plan)))
    seen = Seen(**orjson.loads(out))
    if seen.refusal:
        raise RuntimeError(f"refused: {seen.refusal}")
    return Seen([Window(**window) for window in seen.windows], "", seen.created)  # type: ignore[arg-type]


async def main(rounds: int = 5, seconds: float = 1.0) -> None:
    with house.server() as postgres:
        await compare(postgres, seconds, rounds)


async def compare(postgres: EmbeddedPostgres, seconds: float, rounds: int) -> None:
    bare_dsn = await postgres.create_database("bare", "bare")
    await house.run(bare_dsn, door.TABLES)
    dsn = await house.laid_out(postgres, "bench", store.metadata)
    bus = await postgres.create_database("bus", "bus")
    state = Path(postgres.data.parent, "tokens")
    state.mkdir()
    async with AsyncExitStack() as stack:
        bare = await stack.enter_async_context(serving(postgres, "bare", bare_dsn))
        tuned = await stack.enter_async_context(serving(postgres, "tuned", bare_dsn))
        ours = await stack.enter_async_context(serving(postgres, "ours", dsn, bus, str(state), "paused"))
        opening = ours.lane("open", ["/bench/v1/matters"], _OPEN)
        seeded = await drive(Plan(lanes=[opening], rounds=1, seconds=3))
        lanes = [
            bare.lane("bare", ["/matters"], _OPEN),
            tuned.lane("tuned", ["/matters"], _OPEN),
            opening,
            ours.lane("letter", [path + "/letters" for path in seeded.created], _LETTER),
            ours.lane("note", [path + "/notes" for path in seeded.created], _NOTE),
        ]
        seen = await drive(Plan(lanes=lanes, rounds=rounds, seconds=seconds))
        for lane in lanes:
            ws = [w for w in seen.windows if w.lane == lane.name]
            n = sum(w.answered for w in ws)
            print(
                f"{lane.name:8} {median(w.answered / w.seconds for w in ws):8.0f}/s p50 {median(w.p50 for w in ws):.1f} "
                f"p99 {median(w.p99 for w in ws):.1f} cpu {sum(w.server_cpu for w in ws) / n * 1e6:.0f} us "
                f"db {sum(w.database_cpu for w in ws) / n * 1e6:.0f} us"
            )


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:2])))
