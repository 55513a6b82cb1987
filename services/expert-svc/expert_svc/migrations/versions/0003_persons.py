"""Who an expert is, sealed.

Revision ID: expert_0003
"""

import sqlalchemy as sa
from alembic import op

revision = "expert_0003"
down_revision = "expert_0002"
branch_labels = None
depends_on = None

_COLUMNS = ("name", "office_phone", "mobile", "resident_id")


def upgrade() -> None:
    for column in _COLUMNS:
        op.add_column("experts", sa.Column(column, sa.LargeBinary))
        op.create_index(f"ix_experts_{column}", "experts", [column])


def downgrade() -> None:
    for column in _COLUMNS:
        op.drop_column("experts", column)
