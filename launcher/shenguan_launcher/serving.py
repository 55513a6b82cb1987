"""How does an embedded district serve? All four services under one port, until it is told to stop."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import orjson
import uvicorn

from shenguan_chassis.durable_file import replace_durably
from shenguan_chassis.http.app import merged
from shenguan_chassis.lasting import spare_what_lasts
from shenguan_chassis.process import server

from .district import District, State, open_district
from .sandbox import sandbox_doors


@dataclass(frozen=True, slots=True)
class Running:
    """A district whose doors are open at `url`."""

    district: District
    url: str
    http: asyncio.Task[None]

    async def until_stopped(self) -> None:
        """Return when the HTTP server was told to stop (SIGTERM, Ctrl-C)."""
        await asyncio.wait({self.http})


@asynccontextmanager
async def serving(state: State, port: int, bus_url: str = "", calls: str = "") -> AsyncIterator[Running]:
    """Open the district of a state folder at 127.0.0.1; port 0 takes a free one. For `calls` see `open_district`."""
    async with open_district(state, bus_url, calls) as district:
        apps = {**district.apps, "sandbox": sandbox_doors(district.clock, district.runtimes["notify"])}
        http = server(merged(apps), port)
        spare_what_lasts()
        task = asyncio.create_task(http.serve(), name="http")
        try:
            url = await _address(http, task)
            running = {"url": url, "pid": os.getpid(), "bus": district.bus_url}
            replace_durably(state.address, orjson.dumps(running).decode())
            yield Running(district, url, task)
        finally:
            state.address.unlink(missing_ok=True)
            http.should_exit = True
            await task


async def _address(http: uvicorn.Server, task: asyncio.Task[None]) -> str:
    """The address once the doors are open; a port in use ends the start with uvicorn's own message."""
    while not http.started:
        if task.done():
            await task
            raise SystemExit(1)
        await asyncio.sleep(0.01)
    host, port = http.servers[0].sockets[0].getsockname()[:2]
    return f"http://{host}:{port}"
