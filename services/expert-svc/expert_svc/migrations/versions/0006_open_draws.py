"""Draws in steps: contributors, what they gave, the public value; and what was published beforehand.

Revision ID: expert_0006
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "expert_0006"
down_revision = "expert_0005"
branch_labels = None
depends_on = None

_LISTS = ("contributors", "commitments", "reveals")
_INSTANTS = ("commit_by", "reveal_by", "beacon_due")
_TEXTS = ("beacon_value", "beacon_read_by")


def upgrade() -> None:
    for column in _LISTS:
        op.add_column("draws", sa.Column(column, ARRAY(sa.Text), nullable=False, server_default="{}"))
        op.alter_column("draws", column, server_default=None)
    for column in _INSTANTS:
        op.add_column("draws", sa.Column(column, sa.DateTime(timezone=True)))
    for column in _TEXTS:
        op.add_column("draws", sa.Column(column, sa.Text))
    op.create_index("draws_of_contributors", "draws", ["contributors"], postgresql_using="gin")
    op.create_table(
        "declarations",
        sa.Column("draw_id", sa.Uuid, primary_key=True),
        sa.Column("declaration", sa.Text, nullable=False),
        sa.Column("pool", sa.Text, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("declarations")
    op.drop_index("draws_of_contributors", "draws")
    for column in (*_LISTS, *_INSTANTS, *_TEXTS):
        op.drop_column("draws", column)
