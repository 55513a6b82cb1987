"""The watch over the host's clock.

Revision ID: notify_0005
"""

import sqlalchemy as sa
from alembic import op

revision = "notify_0005"
down_revision = "notify_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "clock_watch",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("why", sa.Text),
        sa.Column("wants_operator", sa.Boolean, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        postgresql_with={"fillfactor": "80"},
    )
    op.create_table(
        "clock_seen",
        sa.Column("watch", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("clock_seen")
    op.drop_table("clock_watch")
