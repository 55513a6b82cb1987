"""Is the service alive, and can it work? `/healthz` asks nothing of others, `/readyz` asks all it needs."""

from __future__ import annotations

import orjson
from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
async def alive() -> dict[str, str]:
    """The process answers."""
    return {"status": "alive"}


@router.get("/readyz")
async def ready(request: Request) -> Response:
    """Database, bus and background work are as they should be; else 503 and what is not."""
    report = await request.app.state.door.ready()
    bad = {name: state for name, state in report.items() if state != "ok"}
    return Response(orjson.dumps(report), 503 if bad else 200, media_type="application/json")


@router.get("/metrics")
async def measured() -> Response:
    """Prometheus metrics of this process."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
