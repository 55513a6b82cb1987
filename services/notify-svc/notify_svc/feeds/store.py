"""Where do feeds lie, and what of them is still to be numbered or sent?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    DateTime,
    Index,
    MetaData,
    Select,
    Text,
    UniqueConstraint,
    Update,
    Uuid,
    func,
    literal_column,
    select,
    update,
)

from shenguan_chassis.store import copy

from .rules import Feed, FeedEntry

metadata = MetaData()

feeds = copy(
    metadata,
    Feed,
    key=["department"],
    owner="department",
    table="feeds",
    columns=[Column("department", Text, primary_key=True), Column("sent", BigInteger, nullable=False)],
)

# The unique number is the guard: of two senders that number the same feed at once, one begins again.
feed_entries = copy(
    metadata,
    FeedEntry,
    key=["department", "stream", "sequence"],
    owner="department",
    table="feed_entries",
    columns=[
        Column("department", Text, primary_key=True),
        Column("stream", Uuid, primary_key=True),
        Column("sequence", BigInteger, primary_key=True, autoincrement=False),
        Column("said_at", DateTime(timezone=True), nullable=False),
        Column("body", Text, nullable=False),
        Column("number", BigInteger),
        UniqueConstraint("department", "number", name="feed_entries_number"),
    ],
)
Index(
    "feed_entries_unnumbered",
    feed_entries.c.department,
    feed_entries.c.said_at,
    postgresql_where=feed_entries.c.number.is_(None),
)


_LYING: ColumnElement[Any] = literal_column("feed_entries.ctid").label("ctid")
"""Where a row lies: found again at once, also by a plan that was made while the table was empty."""


_BYTES: ColumnElement[bytes] = func.convert_to(feed_entries.c.body, "UTF8").label("body")
"""An event goes out as the bytes that it is; nobody makes a text of it first."""


@cache
def open_feeds() -> Select[Any]:
    """Every department that has a feed."""
    return select(feeds.c.department)


@cache
def to_number() -> Select[Any]:
    """The open feeds that have entries without a number."""
    waiting = select(feed_entries.c.department).where(feed_entries.c.number.is_(None)).distinct()
    return select(feeds.c.department).where(feeds.c.department.in_(waiting))


@cache
def held(department: str) -> Select[Any]:
    """The feed's row, locked to the commit: whoever numbers next reads what this one wrote."""
    return select(feeds.c.department).where(feeds.c.department == department).with_for_update()


@cache
def number_on(department: str, most: int) -> Update:
    """The next entries of a feed get the numbers after its last one; whoever runs it holds the feed's row.

    By the time they were said, but each stream in its own order whatever the clocks say.
    """
    entry = feed_entries.c
    not_before = func.max(entry.said_at).over(partition_by=entry.stream, order_by=entry.sequence)
    waiting = select(_LYING, not_before.label("not_before"), entry.stream, entry.sequence).where(
        entry.department == department, entry.number.is_(None)
    )
    one = waiting.subquery("waiting").c
    place = func.row_number().over(order_by=(one.not_before, one.stream, one.sequence)).label("place")
    turns = select(one.ctid, place).order_by(place).limit(most).subquery("turns").c
    last = last_number(department).scalar_subquery()
    return update(feed_entries).where(turns.ctid == _LYING).values(number=last + turns.place)


@cache
def last_number(department: str) -> Select[Any]:
    """The feed's last number; 0 before the first."""
    entry = feed_entries.c
    return select(func.coalesce(func.max(entry.number), 0).label("last")).where(entry.department == department)


@cache
def to_send() -> Select[Any]:
    """The feeds that have numbered entries which are not on their topic yet."""
    entry = feed_entries.c
    more = select(entry.number).where(entry.department == feeds.c.department, entry.number > feeds.c.sent)
    return select(feeds).where(more.exists())


def numbered(department: str, after: int, most: int) -> Select[Any]:
    """The numbered entries after number `after`, in order."""
    entry = feed_entries.c
    found = select(entry.number, _BYTES).where(entry.department == department, entry.number > after)
    return found.order_by(entry.number).limit(most)


def numbered_among(department: str, numbers: Sequence[int]) -> Select[Any]:
    """The entries with these numbers."""
    entry = feed_entries.c
    return select(entry.number, _BYTES).where(entry.department == department, entry.number.in_(numbers))


@cache
def last_numbers() -> Select[Any]:
    """The last number of each feed: one look at the end of an index per feed."""
    entry = feed_entries.c
    last = select(entry.number).where(entry.department == feeds.c.department, entry.number.is_not(None))
    newest = last.order_by(entry.number.desc()).limit(1).scalar_subquery()
    return select(feeds.c.department, func.coalesce(newest, 0).label("last"))


def first_said_since(department: str, since: datetime) -> Select[Any]:
    """The least number of an event that was said at an instant or later."""
    entry = feed_entries.c
    found = (entry.department == department, entry.said_at >= since)
    return select(func.min(entry.number).label("first")).where(*found)
