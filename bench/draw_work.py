"""What takes part when panels are drawn over HTTP? expert-svc behind its real door, and a bureau that asks."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from expert_svc.app import service
from shenguan_chassis.clock import RealClock
from shenguan_chassis.http.app import application, open_for
from shenguan_chassis.identity import Caller, LocalIssuer
from shenguan_chassis.process import server
from shenguan_kernel.roles import Role

from . import worker
from .living import AUDIENCE, ISSUER, living

_BUREAU = Caller(person="r-1", organisation="bureau", department="bureau", roles=frozenset({Role.REVIEWER}))
_DEPARTMENTS, _EACH = 11, 2
_AT_ONCE = 8


async def _serve(dsn: str, bus_url: str, state: str, port: str) -> dict[str, float]:
    """Serve until the process is asked to end."""
    folder = Path(state)
    async with living(service, dsn, bus_url, folder) as runtime:
        app = application(service)
        open_for(app, runtime)
        (folder / "ready").touch()
        await server(app, int(port)).serve()
    return {}


async def _draw(url: str, state: str, number: str) -> dict[str, float]:
    """File a district's surveyors, then draw so many panels of level 0; raises for any answer but 201."""
    token = LocalIssuer.open(Path(state), ISSUER, AUDIENCE, RealClock().system).issue(_BUREAU)
    async with httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=60) as http:
        for one in range(_DEPARTMENTS * _EACH):
            field = "消防" if one % 3 else "建筑"
            body = {"pool": "survey", "department": f"d{one % _DEPARTMENTS:02}", "fields": [field]}
            await _post(http, "/expert/v1/experts", {**body, "qualifications": ["注册工程师"]})
        waiting, stint = asyncio.Semaphore(_AT_ONCE), worker.Stint()
        await asyncio.gather(*(_panel(http, waiting) for _ in range(int(number))))
        return stint.of(int(number))


async def _panel(http: httpx.AsyncClient, waiting: asyncio.Semaphore) -> None:
    wanted = {"seats": 3, "per_department": 1, "minimums": [{"of": "field", "name": "消防"}]}
    async with waiting:
        await _post(http, "/expert/v1/draws", {"purpose": f"survey/{uuid4()}", "pool": "survey", **wanted})


async def _post(http: httpx.AsyncClient, path: str, body: dict[str, Any]) -> None:
    answer = await http.post(path, json=body, headers={"Idempotency-Key": str(uuid4())})
    if answer.status_code != 201:
        raise ValueError(answer.text)


if __name__ == "__main__":
    worker.main(serve=_serve, draw=_draw)
