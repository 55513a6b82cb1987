"""How is a consumer watched that is killed at any instant? By its own database, in the transaction of the effect.

A trigger notes each move of a position and each row that an event wrote, so an effect that was taken back leaves
nothing, and one that came twice is seen although the row looks the same.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from asyncpg import Connection

from shenguan_chassis import db
from shenguan_chassis.service import Service

_WATCH = """
CREATE TABLE watched (n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, what text NOT NULL, keys text[] NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp());
CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO watched (what, keys) SELECT TG_TABLE_NAME, array_agg(to_jsonb(NEW) ->> name ORDER BY place)
    FROM unnest(TG_ARGV) WITH ORDINALITY AS a(name, place);
    RETURN NEW;
END $$;
CREATE FUNCTION watch_move() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO watched (what, keys)
    VALUES (TG_TABLE_NAME, ARRAY[NEW.stream::text, coalesce(OLD.seq, 0)::text, NEW.seq::text]);
    RETURN NEW;
END $$;
CREATE TRIGGER watched BEFORE INSERT OR UPDATE ON position FOR EACH ROW EXECUTE FUNCTION watch_move();
"""
# BEFORE INSERT: an upsert that finds its row fires it too, and that is what must be seen.
_EFFECTS = {
    "supervision": "CREATE TRIGGER watched BEFORE INSERT ON licenses FOR EACH ROW EXECUTE FUNCTION watch('license_id')",
    "approval": "CREATE TRIGGER watched BEFORE INSERT ON examination_limits FOR EACH ROW"
    " EXECUTE FUNCTION watch('case_id')",
    # The feed's sender writes the row again, with its number: that is no effect of the event.
    "notify": "CREATE TRIGGER watched BEFORE INSERT ON feed_entries FOR EACH ROW WHEN (NEW.number IS NULL)"
    " EXECUTE FUNCTION watch('department', 'stream', 'sequence')",
}


@dataclass(frozen=True, slots=True)
class Place:
    """One service of the run and the owner's way into its database."""

    service: Service
    dsn: str

    @property
    def name(self) -> str:
        """The service's name."""
        return self.service.name


async def watch(places: Iterable[Place]) -> None:
    """Let the databases note what consumers do, from now on."""
    for place in places:
        async with opened(place.dsn) as connection:
            await connection.execute(_WATCH)
            await connection.execute(_EFFECTS[place.name])


@asynccontextmanager
async def opened(dsn: str) -> AsyncIterator[Connection]:
    """A connection for a moment."""
    connection = await db.connect(dsn)
    try:
        yield connection
    finally:
        await connection.close()
