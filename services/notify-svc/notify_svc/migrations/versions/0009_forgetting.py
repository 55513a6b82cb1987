"""What arrived long ago is found by when it did.

Revision ID: notify_0009
"""

import sqlalchemy as sa
from alembic import op

revision = "notify_0009"
down_revision = "notify_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("deliveries_ended", "deliveries", ["ended_at"], postgresql_where=sa.text("state = 'delivered'"))


def downgrade() -> None:
    op.drop_index("deliveries_ended", "deliveries")
