"""Lists of experts and draws.

Revision ID: expert_0001
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "expert_0001"
down_revision = None
branch_labels = ("expert",)
depends_on = "chassis_0001"

_INSTANT = sa.DateTime(timezone=True)
_FILLFACTOR = {"fillfactor": "80"}


def _identity() -> list[sa.Column[Any]]:
    return [sa.Column("id", sa.Uuid, primary_key=True), sa.Column("version", sa.BigInteger, nullable=False)]


def upgrade() -> None:
    _experts()
    _draws()


def _experts() -> None:
    op.create_table(
        "experts",
        *_identity(),
        sa.Column("number", sa.Integer, nullable=False, unique=True),
        sa.Column("pool", sa.Text, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("fields", ARRAY(sa.Text), nullable=False),
        sa.Column("qualifications", ARRAY(sa.Text), nullable=False),
        sa.Column("filed_at", _INSTANT, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        postgresql_with=_FILLFACTOR,
    )
    op.create_index("experts_of_pool", "experts", ["pool", "department", "number"])


def _draws() -> None:
    op.create_table(
        "draws",
        *_identity(),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("pool", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("assurance_level", sa.SmallInteger, nullable=False),
        sa.Column("declaration_hash", sa.Text, nullable=False),
        sa.Column("panels", sa.Text, nullable=False),
        sa.Column("drawn_by", sa.Text, nullable=False),
        sa.Column("declared_at", _INSTANT, nullable=False),
        sa.Column("panel", ARRAY(sa.Text), nullable=False),
        sa.Column("departments", ARRAY(sa.Text), nullable=False),
        sa.Column("certificate", sa.Text),
        sa.Column("certificate_hash", sa.Text),
        sa.Column("completed_at", _INSTANT),
        sa.Column("voided_at", _INSTANT),
        sa.Column("void_reason", sa.Text),
        postgresql_with=_FILLFACTOR,
    )
    op.create_index("draws_of_purpose", "draws", ["purpose", "attempt"], unique=True)
    op.create_index("draws_by_time", "draws", ["declared_at", "id"])
    op.create_index("draws_of_departments", "draws", ["departments"], postgresql_using="gin")


def downgrade() -> None:
    for table in ("experts", "draws"):
        op.drop_table(table)
