"""How do draws lie in the database?"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Column, DateTime, Index, Integer, MetaData, SmallInteger, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from shenguan_chassis.ids import derived_id
from shenguan_chassis.store import EVERYONE, aggregate, copy

from .record import Certificate, Draw, EscrowFile, FirstShare, Published

metadata = MetaData()

draws = aggregate(
    metadata,
    Draw,
    noun="draw",
    owner=("departments", "contributors", "custodians"),
    columns=[
        Column("purpose", Text, nullable=False),
        Column("attempt", Integer, nullable=False),
        Column("pool", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("assurance_level", SmallInteger, nullable=False),
        Column("declaration_hash", Text, nullable=False),
        Column("panels", Text, nullable=False),
        Column("drawn_by", Text, nullable=False),
        Column("declared_at", DateTime(timezone=True), nullable=False),
        Column("panel", ARRAY(Text), nullable=False),
        Column("departments", ARRAY(Text), nullable=False),
        Column("certificate_hash", Text),
        Column("completed_at", DateTime(timezone=True)),
        Column("voided_at", DateTime(timezone=True)),
        Column("void_reason", Text),
        Column("contributors", ARRAY(Text), nullable=False),
        Column("commitments", ARRAY(Text), nullable=False),
        Column("reveals", ARRAY(Text), nullable=False),
        Column("commit_by", DateTime(timezone=True)),
        Column("reveal_by", DateTime(timezone=True)),
        Column("beacon_due", DateTime(timezone=True)),
        Column("beacon_value", Text),
        Column("beacon_read_by", Text),
        Column("custodians", ARRAY(Text), nullable=False),
        Column("escrows", ARRAY(Text), nullable=False),
        Column("give_by", DateTime(timezone=True)),
        Column("open_by", DateTime(timezone=True)),
        Column("replacements", Integer, nullable=False),
        Column("vacant", Text),
        Column("vacant_ground", Text),
        Column("vacant_reported_by", Text),
        Column("panel_request_id", Uuid),
        Column("released_at", DateTime(timezone=True)),
        Index("draws_of_purpose", "purpose", "attempt", unique=True),
        Index("draws_by_time", "declared_at", "id"),
        Index("draws_by_state", "state", "declared_at", "id"),
        Index("draws_of_departments", "departments", postgresql_using="gin"),
        Index("draws_of_contributors", "contributors", postgresql_using="gin"),
        Index("draws_of_custodians", "custodians", postgresql_using="gin"),
    ],
)

# Apart from the draw, which is its departments': whoever doubts a draw has no token.
certificates = copy(
    metadata,
    Certificate,
    key=["draw_id"],
    owner=EVERYONE,
    columns=[
        Column("draw_id", Uuid, primary_key=True),
        Column("text", Text, nullable=False),
        Column("hash", Text, nullable=False),
    ],
)


# Public too, and before any number is known: what nobody could read nobody could hold the draw to.
declarations = copy(
    metadata,
    Published,
    table="declarations",
    key=["draw_id"],
    owner=EVERYONE,
    columns=[
        Column("draw_id", Uuid, primary_key=True),
        Column("declaration", Text, nullable=False),
        Column("pool", Text, nullable=False),
        Column("context", Text),
    ],
)

# Public: anyone can check an escrow, and nobody alone can open it.
escrows = copy(
    metadata,
    EscrowFile,
    table="escrows",
    key=["draw_id", "contributor"],
    owner=EVERYONE,
    columns=[
        Column("draw_id", Uuid, primary_key=True),
        Column("contributor", Text, primary_key=True),
        Column("text", Text, nullable=False),
    ],
)

first_shares = copy(
    metadata,
    FirstShare,
    table="first_shares",
    key=["draw_id", "contributor"],
    owner=EVERYONE,
    columns=[
        Column("draw_id", Uuid, primary_key=True),
        Column("contributor", Text, primary_key=True),
        Column("place", SmallInteger, nullable=False),
        Column("share", Text, nullable=False),
    ],
)


def draw_id(purpose: str, attempt: int) -> UUID:
    """The one id of an attempt: of two draws at once for one purpose the second finds the first."""
    return derived_id("draw", purpose, attempt)
