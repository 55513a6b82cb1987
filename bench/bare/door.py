"""The bare endpoint: validate, two inserts in a transaction, answer. No token, no key, no journal, no check."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import asyncpg
import orjson
from fastapi import FastAPI, Request, Response
from pydantic import BaseModel

TABLES = """
CREATE TABLE matter (
    id uuid PRIMARY KEY, department text NOT NULL, title text NOT NULL, request text NOT NULL,
    opened_at timestamptz NOT NULL
);
CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, topic text NOT NULL, key text NOT NULL, body bytea NOT NULL
);
"""
_MATTER = "INSERT INTO matter (id, department, title, request, opened_at) VALUES ($1, $2, $3, $4, $5)"
_OUTBOX = "INSERT INTO outbox (topic, key, body) VALUES ($1, $2, $3)"

app = FastAPI()


class OpenMatter(BaseModel):
    department: str
    title: str
    request: str


@app.post("/matters")
async def open_matter(body: OpenMatter, request: Request) -> Response:
    """The whole baseline."""
    matter_id, at = uuid4(), datetime.now(UTC)
    event = orjson.dumps({"id": matter_id, "type": "MatterOpened", "time": at, "data": body.model_dump()})
    pool: asyncpg.Pool = request.app.state.pool
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(_MATTER, matter_id, body.department, body.title, body.request, at)
        await connection.execute(_OUTBOX, "matters", str(matter_id), event)
    shown = {"id": matter_id, **body.model_dump(), "opened_at": at}
    return Response(orjson.dumps(shown), 201, media_type="application/json")
