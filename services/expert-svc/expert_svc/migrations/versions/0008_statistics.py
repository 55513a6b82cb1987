"""What each draw meant for its experts, what speaks against a fair lot so far, and the alarms it raised.

Revision ID: expert_0008
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "expert_0008"
down_revision = "expert_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "draw_patterns",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("expert_no", sa.Text, nullable=False),
        sa.Column("department", sa.Text),
        sa.Column("draws", sa.Integer, nullable=False),
        sa.Column("once_in", sa.BigInteger, nullable=False),
        sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.execute("CREATE INDEX draw_patterns_by_time ON draw_patterns (noticed_at, id)")
    op.execute("CREATE INDEX draw_patterns_of_department ON draw_patterns (department, noticed_at, id)")
    op.create_table(
        "draw_chances",
        sa.Column("draw_id", sa.Uuid, primary_key=True),
        sa.Column("expert_no", sa.Text, primary_key=True),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("seats", sa.Integer, nullable=False),
        sa.Column("probability", sa.Text),
        sa.Column("drawn", sa.Boolean, nullable=False),
        sa.Column("recused", sa.Text),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.execute("CREATE INDEX draw_chances_by_time ON draw_chances (declared_at, expert_no)")
    op.execute("CREATE INDEX draw_chances_of_department ON draw_chances (department, declared_at)")
    op.create_table(
        "draw_evidence",
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("looks", sa.Integer, nullable=False),
        sa.Column("ratios", JSONB, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("draw_evidence")
    op.drop_table("draw_chances")
    op.drop_table("draw_patterns")
