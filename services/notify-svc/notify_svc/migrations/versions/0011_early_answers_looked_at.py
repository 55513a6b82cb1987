"""An answer that came before its question is looked at once more: another replica may have been opening the question.

Revision ID: notify_0011
"""

import sqlalchemy as sa
from alembic import op

revision = "notify_0011"
down_revision = "notify_0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("early_answers", sa.Column("look_at", sa.DateTime(timezone=True)))
    op.create_index(
        "early_answers_look_at", "early_answers", ["look_at"], postgresql_where=sa.text("look_at IS NOT NULL")
    )


def downgrade() -> None:
    op.drop_index("early_answers_look_at", "early_answers")
    op.drop_column("early_answers", "look_at")
