"""Escrow of numbers and its custodians, seats given anew, evaluations, panels asked for by event.

Revision ID: expert_0009
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "expert_0009"
down_revision = "expert_0008"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_NULLABLE: tuple[tuple[str, Any], ...] = (
    ("give_by", _INSTANT),
    ("open_by", _INSTANT),
    ("vacant", sa.Text),
    ("vacant_ground", sa.Text),
    ("vacant_reported_by", sa.Text),
    ("panel_request_id", sa.Uuid),
    ("released_at", _INSTANT),
)
_TABLES = ("escrows", "first_shares", "custodians", "evaluations", "panel_demands", "panel_refusals")


def upgrade() -> None:
    for name in ("custodians", "escrows"):
        op.add_column("draws", sa.Column(name, ARRAY(sa.Text), nullable=False, server_default="{}"))
        op.alter_column("draws", name, server_default=None)
    op.add_column("draws", sa.Column("replacements", sa.Integer, nullable=False, server_default="0"))
    op.alter_column("draws", "replacements", server_default=None)
    for name, kind in _NULLABLE:
        op.add_column("draws", sa.Column(name, kind))
    op.create_index("draws_of_custodians", "draws", ["custodians"], postgresql_using="gin")
    op.add_column("declarations", sa.Column("context", sa.Text))
    _create_custody()
    _create_evaluations()
    _create_requests()


def _create_custody() -> None:
    op.create_table(
        "escrows",
        sa.Column("draw_id", sa.Uuid, primary_key=True),
        sa.Column("contributor", sa.Text, primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_table(
        "first_shares",
        sa.Column("draw_id", sa.Uuid, primary_key=True),
        sa.Column("contributor", sa.Text, primary_key=True),
        sa.Column("place", sa.SmallInteger, nullable=False),
        sa.Column("share", sa.Text, nullable=False),
    )
    op.create_table(
        "custodians",
        *_aggregate(),
        sa.Column("department", sa.Text, nullable=False, unique=True),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("registered_at", _INSTANT, nullable=False),
        postgresql_with={"fillfactor": "80"},
    )
    op.create_index("custodians_by_time", "custodians", ["registered_at", "id"])


def _create_evaluations() -> None:
    op.create_table(
        "evaluations",
        *_aggregate(),
        sa.Column("draw_id", sa.Uuid, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("purpose", "expert_no", "department")),
        sa.Column("score", sa.SmallInteger, nullable=False),
        sa.Column("remark", sa.Text),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("state", "entered_by")),
        sa.Column("entered_at", _INSTANT, nullable=False),
        sa.Column("confirmed_at", _INSTANT),
        postgresql_with={"fillfactor": "80"},
    )
    op.create_index("evaluations_by_time", "evaluations", ["entered_at", "id"])
    op.create_index("evaluations_of_expert", "evaluations", ["expert_no", "entered_at", "id"])


def _create_requests() -> None:
    op.create_table(
        "panel_demands",
        sa.Column("panel_request_id", sa.Uuid, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("purpose", "pool")),
        sa.Column("seats", sa.Integer, nullable=False),
        sa.Column("per_department", sa.Integer),
        sa.Column("fields", ARRAY(sa.Text), nullable=False),
        sa.Column("department", sa.Text),
        sa.Column("excluded_departments", ARRAY(sa.Text), nullable=False),
        sa.Column("requested_at", _INSTANT, nullable=False),
        sa.Column("answered_at", _INSTANT),
    )
    op.create_index(
        "panel_demands_open",
        "panel_demands",
        ["requested_at", "panel_request_id"],
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.create_table(
        "panel_refusals",
        *_aggregate(),
        sa.Column("panel_request_id", sa.Uuid, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("refused_at", _INSTANT, nullable=False),
        postgresql_with={"fillfactor": "80"},
    )


def _aggregate() -> list[sa.Column[Any]]:
    return [sa.Column("id", sa.Uuid, primary_key=True), sa.Column("version", sa.BigInteger, nullable=False)]


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
    op.drop_column("declarations", "context")
    op.drop_index("draws_of_custodians", "draws")
    for name in ("custodians", "escrows", "replacements", *(name for name, _ in _NULLABLE)):
        op.drop_column("draws", name)
