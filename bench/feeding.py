"""(k) How fast does a system read its department's feed from the beginning? Over HTTP, page after page, all checked.

The feed lies in the database as its sender leaves it; the door is the real one, in a process of its own, with token,
rights and limits. Reading is one request after the other, as the next cursor is known only from the answer.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import orjson

from notify_svc.app import service
from shenguan_chassis.embedded_postgres import EmbeddedPostgres
from shenguan_chassis.migrating import migrate
from shenguan_chassis.testing.kafka import free_port

from . import house, worker
from .report import Figure

_FILL = """
INSERT INTO feed_entries (department, stream, sequence, said_at, body, number)
SELECT 'fire', gen_random_uuid(), 1, now(), replace($1, '%', n::text), n FROM generate_series(1, $2::int) n
"""
_BODY = orjson.dumps(
    {
        "specversion": "1.0",
        "id": "policy-document/%#1",
        "source": "urn:shenguan:370302:supervision",
        "type": "cn.shenguan.supervision.PolicyDocReceived.v1",
        "subject": "policy-document/0198f2a0-0000-7000-8000-000000000000",
        "time": "2026-02-13T07:10:00.000000Z",
        "sequence": "0000000001",
        "datacontenttype": "application/json",
        "audience": "bureau,fire",
        "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "data": {
            "policy_document_id": "0198f2a0-0000-7000-8000-000000000000",
            "department": "fire",
            "title": "关于调整公众聚集场所投入使用、营业前消防安全检查事项的通知",
            "superior": "省消防救援总队",
            "recipients": ["bureau", "housing", "health"],
            "received_at": "2026-02-13T07:10:00Z",
            "registered_at": "2026-02-13T07:10:00Z",
        },
    }
).decode()


async def measure(postgres: EmbeddedPostgres, number: int) -> list[Figure]:
    """A feed of `number` events, read whole in pages of 1,000 and in pages of 100."""
    dsn = await postgres.create_database("feeding", "notify")
    await migrate(dsn, service.migrations)
    bus = await postgres.create_database("feeding_bus", "bus")
    await house.run(
        dsn,
        "INSERT INTO feeds (department, sent) VALUES ('fire', 1000000000)",
        _FILL.replace("$1", f"'{_BODY}'").replace("$2", str(number)),
        "ANALYZE feed_entries",
    )
    folder, port = house.folder(postgres, "feeding"), free_port()
    command = [sys.executable, "-m", "bench.feed_work", "serve", dsn, bus, str(folder), str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as served:  # noqa: ASYNC220 - it is what is measured
        try:
            await _ready(folder, served, port)
            found = {
                limit: await worker.run("feed_work", "read", f"http://127.0.0.1:{port}", folder, limit)
                for limit in (1_000, 100)
            }
        finally:
            os.kill(served.pid, signal.SIGTERM)
    about = f"{number:,} events of {len(_BODY.encode()):,} bytes; a page is a range of an index, however many there are"
    return [
        Figure(
            part="k",
            what=f"feed read over HTTP, pages of {limit:,}",
            value=rates["rate"],
            unit="events/s",
            target=20_000.0 if limit == max(found) else None,
            note=about if limit == max(found) else f"{rates['cpu_us']:.0f} µs CPU of the reader each",
        )
        for limit, rates in found.items()
    ]


async def _ready(folder: Path, served: subprocess.Popen[bytes], port: int) -> None:
    await worker.until(lambda: (folder / "ready").exists() or served.poll() is not None, 0.05)
    while served.poll() is None and not await _listens(port):  # noqa: ASYNC110 - another process
        await asyncio.sleep(0.05)


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True
