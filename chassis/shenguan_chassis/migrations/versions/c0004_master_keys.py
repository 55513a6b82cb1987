"""Which master keys were used here? A check value of each generation, so that another key under its name is noticed.

Revision ID: chassis_0004
"""

from alembic import op

revision = "chassis_0004"
down_revision = "chassis_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "CREATE TABLE master_key (generation int PRIMARY KEY, check_value bytea NOT NULL, noted_at timestamptz NOT NULL)"
    )


def downgrade() -> None:
    op.execute("DROP TABLE master_key")
