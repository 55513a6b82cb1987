"""How do the power list and the directory it relies on lie in the database?"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Column, DateTime, Index, MetaData, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from shenguan_chassis.ids import derived_id
from shenguan_chassis.search import names_index
from shenguan_chassis.store import BUREAU, EVERYONE, aggregate, copy

from .rules import Item, Office

metadata = MetaData()

items = aggregate(
    metadata,
    Item,
    noun="item",
    owner=EVERYONE,
    columns=[
        Column("item_code", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("legal_basis", Text, nullable=False),
        Column("departments", ARRAY(Text), nullable=False),
        Column("claim_rule", Text, nullable=False),
        Column("standards", JSONB, nullable=False),
        Column("published_at", DateTime(timezone=True), nullable=False),
        UniqueConstraint("item_code", name="items_item_code"),
        Index("items_by_time", "published_at", "id"),
        Index("items_by_department", "departments", postgresql_using="gin"),
    ],
)
names_index("items_by_name", items.c.name)

offices = copy(
    metadata,
    Office,
    key=["department"],
    owner=BUREAU,
    columns=[
        Column("department", Text, primary_key=True),
        Column("name", Text, nullable=False),
        Column("kind", Text, nullable=False),
    ],
)


def item_id(item_code: str) -> UUID:
    """The id of an item: its code names it, so that a second publication finds the first."""
    return derived_id("item", item_code)
