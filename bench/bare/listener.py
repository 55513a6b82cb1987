"""The bare listener: the same effect by hand, a few statements for each event, one transaction per `batch` events."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import asyncpg
import orjson
from aiokafka import AIOKafkaConsumer, TopicPartition

TABLES = """
CREATE TABLE heard (source text, id text, PRIMARY KEY (source, id));
CREATE TABLE tally (id uuid PRIMARY KEY, department text NOT NULL, heard bigint NOT NULL, remark text NOT NULL);
CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, topic text NOT NULL, key text NOT NULL, body bytea NOT NULL
);
"""
_HEARD = "INSERT INTO heard (source, id) VALUES ($1, $2) ON CONFLICT DO NOTHING"
_FIND = "SELECT heard FROM tally WHERE id = $1 FOR UPDATE"
_ADD = "INSERT INTO tally (id, department, heard, remark) VALUES ($1, $2, $3, $4)"
_SAVE = "UPDATE tally SET heard = $2, remark = $3 WHERE id = $1"
_OUTBOX = "INSERT INTO outbox (topic, key, body) VALUES ('counter', $1, $2)"


async def listen(servers: str, topic: str, dsn: str, *, number: int, batch: int) -> float:
    """Let `number` events take effect; returns the seconds from the first taken to the last committed."""
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=servers,
        group_id=f"bare-{time.time_ns()}",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    connection = await asyncpg.connect(dsn)
    await consumer.start()
    began, done = 0.0, 0
    try:
        while done < number:
            found = await consumer.getmany(timeout_ms=1_000, max_records=max(batch, 500))
            began = began or time.perf_counter()
            records = [record for records in found.values() for record in records]
            for at in range(0, len(records), batch):
                async with connection.transaction():
                    for record in records[at : at + batch]:
                        await _count(connection, orjson.loads(record.value))
            await consumer.commit(
                {
                    TopicPartition(place.topic, place.partition): records[-1].offset + 1
                    for place, records in found.items()
                }
            )
            done += len(records)
        return time.perf_counter() - began
    finally:
        await consumer.stop()
        await connection.close()


async def _count(connection: asyncpg.Connection, event: dict[str, Any]) -> None:
    if await connection.execute(_HEARD, event["source"], event["id"]) == "INSERT 0 0":
        return
    noted = event["data"]
    matter_id = noted["matter_id"]
    heard = await connection.fetchval(_FIND, matter_id)
    if heard is None:
        await connection.execute(_ADD, matter_id, noted["department"], 1, noted["remark"])
    else:
        await connection.execute(_SAVE, matter_id, heard + 1, noted["remark"])
    moved = {"tally_id": matter_id, "heard": (heard or 0) + 1, "moved_at": datetime.now(UTC)}
    await connection.execute(_OUTBOX, matter_id, orjson.dumps({"type": "TallyMoved", "data": moved}))
