"""A department reads its own evaluations newest first along an index of their own.

Revision ID: expert_0010
"""

from alembic import op

revision = "expert_0010"
down_revision = "expert_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("evaluations_of_department", "evaluations", ["department", "entered_at", "id"])


def downgrade() -> None:
    op.drop_index("evaluations_of_department")
