"""Nomination windows, sub-lists and their keys; what becomes of an expert; snapshots that never change.

Revision ID: expert_0007
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "expert_0007"
down_revision = "expert_0006"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_SEALED = ("age", "education", "other_numbers", "remark")
_EXPERTS: tuple[tuple[str, Any], ...] = (
    ("reason", sa.Text),
    ("nomination_window_id", sa.Uuid),
    ("nominated_at", _INSTANT),
    ("quota", sa.Integer),
    ("quarantine_until", sa.Date),
    ("signing_key", sa.Text),
)
_INDEXES = {
    "experts_by_state": "experts (state, number)",
    "experts_of_window": "experts (nomination_window_id, number)",
    "nomination_windows_by_time": "nomination_windows (closes_at, id)",
    "nomination_windows_by_state": "nomination_windows (state, closes_at, id)",
    "nomination_windows_of_departments": "nomination_windows USING gin (departments)",
    "sub_lists_by_time": "sub_lists (submitted_at, id)",
    "sub_lists_of_window": "sub_lists (nomination_window_id, submitted_at, id)",
    "sub_lists_of_department": "sub_lists (department, submitted_at, id)",
    "sub_lists_by_state": "sub_lists (state, submitted_at, id)",
    "seats_of_pool": "seats (pool)",
    "pool_snapshots_of_pool": "pool_snapshots (pool, frozen_at, id)",
    "pool_snapshots_by_time": "pool_snapshots (frozen_at, id)",
}


def upgrade() -> None:
    _experts()
    _windows()
    _sub_lists()
    _seats()
    _snapshots()
    for name, what in _INDEXES.items():
        op.execute(f"CREATE INDEX {name} ON {what}")


def _identity() -> list[sa.Column[Any]]:
    return [sa.Column("id", sa.Uuid, primary_key=True), sa.Column("version", sa.BigInteger, nullable=False)]


def _experts() -> None:
    for name, kind in _EXPERTS:
        op.add_column("experts", sa.Column(name, kind))
    for name, kind, value in (
        ("credentials", JSONB, "[]"), ("late", sa.Boolean, "false"), ("quarantine_days", sa.Integer, "0"),
    ):  # fmt: skip
        op.add_column("experts", sa.Column(name, kind, nullable=False, server_default=value))
        op.alter_column("experts", name, server_default=None)
    op.alter_column("experts", "filed_at", nullable=True)
    for name in _SEALED:
        op.add_column("experts", sa.Column(name, sa.LargeBinary))
        op.create_index(f"ix_experts_{name}", "experts", [name])
    op.create_table(
        "numberings",
        sa.Column("noun", sa.Text, primary_key=True),
        sa.Column("last", sa.Integer, nullable=False),
    )
    op.execute("INSERT INTO numberings (noun, last) SELECT 'expert', max(number) FROM experts HAVING count(*) > 0")


def _windows() -> None:
    op.create_table(
        "nomination_windows",
        *_identity(),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("departments", ARRAY(sa.Text), nullable=False),
        sa.Column("quotas", JSONB, nullable=False),
        sa.Column("quarantine_days", sa.Integer, nullable=False),
        sa.Column("closes_at", _INSTANT, nullable=False),
        sa.Column("opened_at", _INSTANT, nullable=False),
        sa.Column("closed_at", _INSTANT),
        sa.Column("state", sa.Text, nullable=False),
        postgresql_with={"fillfactor": "80"},
    )


def _sub_lists() -> None:
    op.create_table(
        "sub_lists",
        *_identity(),
        sa.Column("nomination_window_id", sa.Uuid, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("pool", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("members", ARRAY(sa.Text), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("late", sa.Boolean, nullable=False),
        sa.Column("deviation", sa.Text),
        sa.Column("submitted_by", sa.Text, nullable=False),
        sa.Column("submitted_at", _INSTANT, nullable=False),
        sa.Column("manner", sa.Text),
        sa.Column("public_key", sa.Text),
        sa.Column("signature", sa.Text),
        sa.Column("confirmed_at", _INSTANT),
        postgresql_with={"fillfactor": "80"},
    )
    op.create_table(
        "signing_keys",
        *_identity(),
        sa.Column("department", sa.Text, nullable=False, unique=True),
        sa.Column("public_key", sa.Text, nullable=False),
        sa.Column("registered_at", _INSTANT, nullable=False),
        postgresql_with={"fillfactor": "80"},
    )


def _seats() -> None:
    op.create_table(
        "seats",
        sa.Column("draw_id", sa.Uuid, primary_key=True),
        sa.Column("pool", sa.Text, nullable=False),
        sa.Column("panel", ARRAY(sa.Text), nullable=False),
        sa.Column("drawn_on", sa.Date, nullable=False),
        sa.Column("carried", sa.Boolean, nullable=False),
    )
    op.execute(
        "INSERT INTO seats (draw_id, pool, panel, drawn_on, carried)"
        " SELECT id, pool, panel, (completed_at AT TIME ZONE 'Asia/Shanghai')::date, true"
        " FROM draws WHERE state = 'completed'"
    )


def _snapshots() -> None:
    op.create_table(
        "pool_snapshots",
        *_identity(),
        sa.Column("pool", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False, unique=True),
        sa.Column("candidates", sa.Integer, nullable=False),
        sa.Column("excluded", sa.Integer, nullable=False),
        sa.Column("previous", sa.Text),
        sa.Column("joined", sa.Integer, nullable=False),
        sa.Column("left", sa.Integer, nullable=False),
        sa.Column("changed", sa.Integer, nullable=False),
        sa.Column("frozen_at", _INSTANT, nullable=False),
        postgresql_with={"fillfactor": "80"},
    )
    op.create_table(
        "snapshot_files",
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("context", sa.Text, nullable=False),
        sa.Column("candidates", sa.Text, nullable=False),
    )
    op.create_table(
        "drawn_pools",
        sa.Column("pool", sa.Text, primary_key=True),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("drawn_at", _INSTANT, nullable=False),
    )


def downgrade() -> None:
    for table in (
        "drawn_pools", "snapshot_files", "pool_snapshots", "seats", "signing_keys", "sub_lists", "nomination_windows",
        "numberings",
    ):  # fmt: skip
        op.drop_table(table)
    op.execute("DELETE FROM experts WHERE filed_at IS NULL")
    op.alter_column("experts", "filed_at", nullable=False)
    op.drop_index("experts_by_state", "experts")
    op.drop_index("experts_of_window", "experts")
    for name in (*dict(_EXPERTS), "credentials", "late", "quarantine_days", *_SEALED):
        op.drop_column("experts", name)
