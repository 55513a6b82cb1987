"""A draw's certificate apart from the draw: the one is everybody's, the other its departments'.

Revision ID: expert_0002
"""

import sqlalchemy as sa
from alembic import op

revision = "expert_0002"
down_revision = "expert_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "certificates",
        sa.Column("draw_id", sa.Uuid, primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
    )
    op.execute(
        "INSERT INTO certificates (draw_id, text, hash)"
        " SELECT id, certificate, certificate_hash FROM draws WHERE certificate IS NOT NULL"
    )
    op.drop_column("draws", "certificate")


def downgrade() -> None:
    op.add_column("draws", sa.Column("certificate", sa.Text))
    op.execute("UPDATE draws d SET certificate = c.text FROM certificates c WHERE c.draw_id = d.id")
    op.drop_table("certificates")
