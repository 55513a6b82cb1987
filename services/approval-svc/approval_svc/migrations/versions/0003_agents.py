"""Who brought a case in, sealed.

Revision ID: approval_0003
"""

import sqlalchemy as sa
from alembic import op

revision = "approval_0003"
down_revision = "approval_0002"
branch_labels = None
depends_on = None

_COLUMNS = ("agent_name", "agent_mobile", "agent_resident_id")


def upgrade() -> None:
    for column in _COLUMNS:
        op.add_column("cases", sa.Column(column, sa.LargeBinary))
        op.create_index(f"ix_cases_{column}", "cases", [column])


def downgrade() -> None:
    for column in _COLUMNS:
        op.drop_column("cases", column)
