"""Years that the operator was told are missing; secret addresses of offices' agendas, as digests.

Revision ID: notify_0008
"""

import sqlalchemy as sa
from alembic import op

revision = "notify_0008"
down_revision = "notify_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "missing_years",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("year", sa.Integer, nullable=False, unique=True),
        sa.Column("obligations", sa.BigInteger, nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        postgresql_with={"fillfactor": "80"},
    )
    op.create_table(
        "agendas",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        postgresql_with={"fillfactor": "80"},
    )
    op.create_index("agendas_by_department", "agendas", ["department", "id"])
    op.create_index("agendas_by_state", "agendas", ["state", "id"])


def downgrade() -> None:
    op.drop_table("agendas")
    op.drop_table("missing_years")
