"""One row for each seat of a panel: what an expert carries, and when it was last drawn, is found along an index.

Revision ID: expert_0011
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "expert_0011"
down_revision = "expert_0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.rename_table("seats", "panels_before")
    op.create_table(
        "seats",
        sa.Column("draw_id", sa.Uuid, nullable=False),
        sa.Column("expert_no", sa.Text, nullable=False),
        sa.Column("pool", sa.Text, nullable=False),
        sa.Column("drawn_on", sa.Date),
        sa.Column("carried", sa.Boolean, nullable=False),
    )
    op.execute(
        "INSERT INTO seats (draw_id, expert_no, pool, drawn_on, carried)"
        " SELECT draw_id, unnest(panel), pool, drawn_on, carried FROM panels_before"
    )
    op.drop_table("panels_before")
    op.create_primary_key("seats_pkey", "seats", ["draw_id", "expert_no"])
    op.execute("CREATE INDEX seats_carried ON seats (pool, expert_no) WHERE carried")
    op.execute("CREATE INDEX seats_by_day ON seats (pool, expert_no, drawn_on) WHERE drawn_on IS NOT NULL")


def downgrade() -> None:
    op.rename_table("seats", "seats_after")
    op.create_table(
        "seats",
        sa.Column("draw_id", sa.Uuid, nullable=False),
        sa.Column("pool", sa.Text, nullable=False),
        sa.Column("panel", ARRAY(sa.Text), nullable=False),
        sa.Column("drawn_on", sa.Date, nullable=False),
        sa.Column("carried", sa.Boolean, nullable=False),
    )
    op.execute(
        "INSERT INTO seats (draw_id, pool, panel, drawn_on, carried)"
        " SELECT draw_id, min(pool), array_agg(expert_no), max(drawn_on), bool_or(carried) FROM seats_after"
        " WHERE drawn_on IS NOT NULL GROUP BY draw_id"
    )
    op.drop_table("seats_after")
    op.create_primary_key("seats_pkey", "seats", ["draw_id"])
    op.create_index("seats_of_pool", "seats", ["pool"])
