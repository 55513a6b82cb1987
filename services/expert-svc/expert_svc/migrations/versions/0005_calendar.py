"""The calendar as notify-svc last told it (CalendarAmended).

Revision ID: expert_0005
"""

import sqlalchemy as sa
from alembic import op

revision = "expert_0005"
down_revision = "expert_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept_years",
        sa.Column("year", sa.Integer, primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("basis", sa.Text, nullable=False),
        sa.Column("off", sa.ARRAY(sa.Date), nullable=False),
        sa.Column("makeup", sa.ARRAY(sa.Date), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("kept_years")
