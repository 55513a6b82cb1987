"""What was sent of one thing, to whichever system, is found by the thing.

Revision ID: notify_0012
"""

from alembic import op

revision = "notify_0012"
down_revision = "notify_0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("deliveries_by_subject", "deliveries", ["subject", "number", "subscription_id"])


def downgrade() -> None:
    op.drop_index("deliveries_by_subject", "deliveries")
