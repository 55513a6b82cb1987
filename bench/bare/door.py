"""The bare endpoint: validate, two inserts in a transaction, answer. No token, no key, no journal, no check."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

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


class Matter(OpenMatter):
    id: UUID
    opened_at: datetime


@app.post("/matters", status_code=201)
async def open_matter(body: OpenMatter, request: Request) -> Matter:
    """The usual way: what is returned is checked and written by the framework."""
    return await _opened(body, request)


@app.post("/stripped")
async def open_stripped(body: OpenMatter, request: Request) -> Response:
    """The same without the framework's part in the answer."""
    matter = await _opened(body, request)
    return Response(matter.model_dump_json(), 201, media_type="application/json")


async def _opened(body: OpenMatter, request: Request) -> Matter:
    matter = Matter(id=uuid4(), opened_at=datetime.now(UTC), **body.model_dump())
    event = orjson.dumps({"id": matter.id, "type": "MatterOpened", "time": matter.opened_at, "data": body.model_dump()})
    pool: asyncpg.Pool = request.app.state.pool
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(_MATTER, matter.id, body.department, body.title, body.request, matter.opened_at)
        await connection.execute(_OUTBOX, "matters", str(matter.id), event)
    return matter
