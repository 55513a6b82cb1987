"""Is the service alive, and can it work? `/healthz` asks nothing of others, `/readyz` asks all it needs.

Neither tells more than names of parts and kinds of failures. Numbers of the business may be read out of metrics: where
`SHENGUAN_METRICS_TOKEN` is set, they are for its bearer.
"""

from __future__ import annotations

from hmac import compare_digest

import orjson
from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from ..identity.refusals import Unauthenticated, Why

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
async def measured(request: Request) -> Response:
    """Prometheus metrics of this process; raises Unauthenticated for who lacks the scraper's token where one is set."""
    wanted = request.app.state.door.settings.metrics_token
    given = request.headers.get("authorization", "").partition(" ")
    if wanted is not None and not _same(given, wanted.get_secret_value()):
        raise Unauthenticated(Why.SIGNATURE_WRONG if given[2] else Why.MISSING)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def _same(given: tuple[str, str, str], wanted: str) -> bool:
    scheme, _, token = given
    return scheme.lower() == "bearer" and compare_digest(token.strip().encode(), wanted.encode())
