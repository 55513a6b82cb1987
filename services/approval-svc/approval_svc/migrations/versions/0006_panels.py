"""Requests for panels of experts, and what came of them (R28, R30).

Revision ID: approval_0006
"""

import sqlalchemy as sa
from alembic import op

revision = "approval_0006"
down_revision = "approval_0005"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "panel_requests",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("pool", sa.Text, nullable=False),
        sa.Column("seats", sa.Integer, nullable=False),
        sa.Column("per_department", sa.Integer),
        sa.Column("fields", sa.ARRAY(sa.Text), nullable=False),
        sa.Column("department", sa.Text),
        sa.Column("excluded_departments", sa.ARRAY(sa.Text), nullable=False),
        sa.Column("departments", sa.ARRAY(sa.Text), nullable=False),
        sa.Column("requested_at", _MOMENT, nullable=False),
    )
    op.create_index("panel_requests_by_time", "panel_requests", ["requested_at", "id"])
    op.create_index("panel_requests_by_kind", "panel_requests", ["kind", "requested_at", "id"])
    op.create_index("panel_requests_of_case", "panel_requests", ["case_id", "requested_at", "id"])
    op.create_index("panel_requests_of_departments", "panel_requests", ["departments"], postgresql_using="gin")
    op.create_table(
        "case_panels",
        sa.Column("draw_id", sa.Uuid, primary_key=True),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("panel_request_id", sa.Uuid),
        sa.Column("assurance_level", sa.SmallInteger, nullable=False),
        sa.Column("panel", sa.ARRAY(sa.Text), nullable=False),
        sa.Column("departments", sa.ARRAY(sa.Text), nullable=False),
        sa.Column("certificate_hash", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("completed_at", _MOMENT, nullable=False),
        sa.Column("void_reason", sa.Text),
    )
    op.create_index("case_panels_of_case", "case_panels", ["case_id", "completed_at"])
    op.create_table(
        "unmet_requests",
        sa.Column("panel_request_id", sa.Uuid, primary_key=True),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("conflict", sa.ARRAY(sa.Text), nullable=False),
        sa.Column("relaxations", sa.ARRAY(sa.Text), nullable=False),
        sa.Column("refused_at", _MOMENT, nullable=False),
    )


def downgrade() -> None:
    for table in ("unmet_requests", "case_panels", "panel_requests"):
        op.drop_table(table)
