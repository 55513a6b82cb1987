"""An Idempotency-Key belongs to a person acting for a department: one person may hold two tokens.

Revision ID: chassis_0003
"""

from alembic import op

revision = "chassis_0003"
down_revision = "chassis_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE journal DROP CONSTRAINT journal_key")
    op.execute(
        "CREATE UNIQUE INDEX journal_key ON journal (person, coalesce(department, ''), idem_key)"
        " WHERE idem_key IS NOT NULL"
    )


def downgrade() -> None:
    op.execute("DROP INDEX journal_key")
    op.execute("ALTER TABLE journal ADD CONSTRAINT journal_key UNIQUE (person, idem_key)")
