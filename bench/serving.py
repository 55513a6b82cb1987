"""How are both endpoints served? Alike: one process, one worker, uvloop and httptools.

The process prints one line when it serves: the caller's token, or `-` where none is asked for.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import asyncpg
import uvloop
from pydantic import SecretStr

from shenguan_chassis import logs
from shenguan_chassis.bus.connect import bus_from
from shenguan_chassis.clock import RealClock
from shenguan_chassis.http.app import application, open_for
from shenguan_chassis.identity import Caller, LocalIssuer, Powers, TokenPolicy, TokenVerifier
from shenguan_chassis.keys import KEY_FILE, read_key_file
from shenguan_chassis.lasting import spare_what_lasts
from shenguan_chassis.process import server
from shenguan_chassis.runtime import Runtime
from shenguan_chassis.service import Service
from shenguan_chassis.settings import ServiceSettings

from . import matters
from .bare import door
from .matters.commands import CLERK

CONNECTIONS = 16
_ISSUER, _AUDIENCE = "urn:shenguan:bench", "shenguan"
_POWERS = Powers(known=frozenset({CLERK}), bound=frozenset({CLERK}))


def bench_service() -> Service:
    """The measured service: one slice."""
    return Service(name="bench", title="测量", slices=(matters,), powers=_POWERS)


def runtime_of(dsn: str, bus_url: str, state: Path) -> tuple[Runtime, LocalIssuer]:
    """A running service as a process of its own would have it."""
    clock = RealClock()
    issuer = LocalIssuer.open(state, _ISSUER, _AUDIENCE, clock.system)
    settings = ServiceSettings(
        database_url=SecretStr(dsn),
        bus_url=SecretStr(bus_url),
        master_keys=SecretStr(read_key_file(state / KEY_FILE)),
        jwks=str(state),
        state=state,
        connections=CONNECTIONS,
        rate=1e9,
        burst=10**9,
    )
    verifier = TokenVerifier(issuer, TokenPolicy(_ISSUER, _AUDIENCE), _POWERS, clock.system)
    return Runtime(bench_service(), settings, bus=bus_from(bus_url), clock=clock, verifier=verifier), issuer


async def serve_ours(dsn: str, bus_url: str, state: Path, port: int, *, relays: bool) -> None:
    """Our whole edge. Without `relays` the queue only grows, as while the bus is away; the journal is sealed always."""
    runtime, issuer = runtime_of(dsn, bus_url, state)
    app = application(runtime.service)
    open_for(app, runtime)
    await runtime.bus.open()
    await runtime.start()
    if not relays:
        runtime.relay.stop()
    clerk = Caller(person="p-1", organisation="bench", department="fire", roles=frozenset({CLERK}))
    print(issuer.issue(clerk), flush=True)
    spare_what_lasts()
    await server(app, port).serve()
    await runtime.stop()
    await runtime.bus.close()


async def _leave_as_is(_: asyncpg.Connection) -> None:
    return None


async def serve_bare(dsn: str, port: int, **pool: Any) -> None:
    """The bare endpoint, with asyncpg's own pool."""
    door.app.state.pool = await asyncpg.create_pool(dsn, min_size=CONNECTIONS, max_size=CONNECTIONS, **pool)
    print("-", flush=True)
    await server(door.app, port).serve()
    await door.app.state.pool.close()


def main() -> None:
    """Serve what the command line says."""
    logs.configure("WARNING")
    match sys.argv[1:]:
        case ["bare", port, dsn]:
            uvloop.run(serve_bare(dsn, int(port)))
        case ["stripped", port, dsn]:
            uvloop.run(serve_bare(dsn, int(port), reset=_leave_as_is))
        case ["ours", port, dsn, bus_url, state, relays]:
            uvloop.run(serve_ours(dsn, bus_url, Path(state), int(port), relays=relays == "relay"))
        case _:
            sys.exit("usage: bench.serving bare|stripped PORT DSN | ours PORT DSN BUS STATE relay|paused")


if __name__ == "__main__":
    main()
