"""What takes part when a feed is read? notify-svc behind its real door, and a system that reads page after page."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import httpx
import orjson

from notify_svc.app import service
from shenguan_chassis.clock import RealClock
from shenguan_chassis.http.app import application, open_for
from shenguan_chassis.identity import Caller, LocalIssuer
from shenguan_chassis.process import server
from shenguan_kernel.roles import Role

from . import worker
from .living import AUDIENCE, ISSUER, living

_SYSTEM = Caller(person="s-1", organisation="fire", department="fire", roles=frozenset({Role.MACHINE_CLIENT}))


async def _serve(dsn: str, bus_url: str, state: str, port: str) -> dict[str, float]:
    """Serve until the file `stop` is there; tells the CPU it took."""
    folder = Path(state)
    async with living(service, dsn, bus_url, folder) as runtime:
        app = application(service)
        open_for(app, runtime)
        serving = server(app, int(port))
        began = time.process_time()
        (folder / "ready").touch()
        await serving.serve()
        return {"cpu": time.process_time() - began}


async def _read(url: str, state: str, limit: str) -> dict[str, float]:
    """Read a feed from its beginning to its end; raises ValueError where a number is missing."""
    token = LocalIssuer.open(Path(state), ISSUER, AUDIENCE, RealClock().system).issue(_SYSTEM)
    after, stint = 0, worker.Stint()
    async with httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=60) as http:
        while True:
            answer = await http.get("/notify/v1/feed", params={"after": after, "limit": limit})
            page: dict[str, Any] = orjson.loads(answer.raise_for_status().content)
            if [int(event["feedsequence"]) for event in page["items"]] != [
                *range(after + 1, after + 1 + len(page["items"]))
            ]:
                raise ValueError(f"something is missing after {after}")
            if not page["items"]:
                return stint.of(after)
            after = int(page["next"])


if __name__ == "__main__":
    worker.main(serve=_serve, read=_read)
