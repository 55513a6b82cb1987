"""How much is added to the numbers of transactions, so that the log goes on in a PostgreSQL that counts from anew.

Revision ID: chassis_0006
"""

from alembic import op

revision = "chassis_0006"
down_revision = "chassis_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE TABLE log_shift (shift bigint NOT NULL)")
    op.execute("INSERT INTO log_shift VALUES (0)")


def downgrade() -> None:
    raise NotImplementedError("what was numbered stays numbered")
