"""Officers with their numbers, sealed.

Revision ID: notify_0002
"""

import sqlalchemy as sa
from alembic import op

revision = "notify_0002"
down_revision = "notify_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("office_phone", sa.LargeBinary),
        sa.Column("mobile", sa.LargeBinary, nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        postgresql_with={"fillfactor": "80"},
    )
    for column in ("department", "office_phone", "mobile"):
        op.create_index(f"ix_people_{column}", "people", [column])


def downgrade() -> None:
    op.drop_table("people")
