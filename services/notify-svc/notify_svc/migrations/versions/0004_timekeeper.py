"""Every kind of limit, what stops and lengthens it, cards, earlier ends; business hours and limits set by the operator.

Revision ID: notify_0004
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "notify_0004"
down_revision = "notify_0003"
branch_labels = None
depends_on = None


def _time(name: str, *, nullable: bool = True) -> "sa.Column[Any]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _added() -> "list[sa.Column[Any]]":
    return [
        sa.Column("edition", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("timer", sa.Boolean, nullable=False, server_default="false"),
        sa.Column("measure", sa.Text, nullable=False, server_default="working_day"),
        _time("length_at"),
        sa.Column("after_hours", sa.Text, nullable=False, server_default="same_day"),
        sa.Column("closes_minute", sa.Integer, nullable=False, server_default="1020"),
        sa.Column("pauses", JSONB, nullable=False, server_default="[]"),
        sa.Column("extensions", JSONB, nullable=False, server_default="[]"),
        sa.Column("card", sa.Text),
        _time("warn_at"),
        _time("ended_at"),
        sa.Column("disclaimed_by", sa.Text),
        sa.Column("disclaimed_for", sa.Text),
    ]


def upgrade() -> None:
    for column in _added():
        op.add_column("obligations", column)
    for column in _added():
        if column.server_default is not None:
            op.alter_column("obligations", column.name, server_default=None)
    op.execute("UPDATE obligations SET card = 'red' WHERE state IN ('overdue', 'met_late')")
    op.create_index(
        "obligations_by_card", "obligations", ["card", "due_at", "id"], postgresql_where=sa.text("card IS NOT NULL")
    )
    op.create_index("obligations_open", "obligations", ["id"], postgresql_where=sa.text("state = 'open'"))
    _earlier_dates()
    _set_by_the_operator()


def _earlier_dates() -> None:
    op.create_table(
        "earlier_dates",
        sa.Column("obligation_id", sa.Uuid, primary_key=True),
        sa.Column("until", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        _time("due_at", nullable=False),
        sa.Column("moved_by", sa.Text, nullable=False),
        _time("moved_at", nullable=False),
    )
    op.create_table(
        "recounted",
        sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("edition", sa.BigInteger, nullable=False),
        sa.Column("after", sa.Uuid),
    )


def _set_by_the_operator() -> None:
    op.create_table(
        "business_hours",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("department", sa.Text, nullable=False, unique=True),
        sa.Column("after_hours", sa.Text, nullable=False),
        sa.Column("closes_minute", sa.Integer, nullable=False),
        _time("set_at", nullable=False),
        postgresql_with={"fillfactor": "80"},
    )
    op.create_table(
        "duty_limits",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("duty", sa.Text, nullable=False, unique=True),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("basis", sa.Text, nullable=False),
        _time("set_at", nullable=False),
        postgresql_with={"fillfactor": "80"},
    )


def downgrade() -> None:
    for table in ("duty_limits", "business_hours", "recounted", "earlier_dates"):
        op.drop_table(table)
    op.drop_index("obligations_open")
    op.drop_index("obligations_by_card")
    for column in _added():
        op.drop_column("obligations", column.name)
