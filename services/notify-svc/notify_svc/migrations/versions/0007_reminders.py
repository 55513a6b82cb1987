"""By what people are reached, sealed; who was reminded of what, and what is still to be sent.

Revision ID: notify_0007
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "notify_0007"
down_revision = "notify_0006"
branch_labels = None
depends_on = None

_SEALED = ("email", "wecom", "dingtalk", "feishu", "webhook")


def upgrade() -> None:
    _contacts()
    _reminders()
    _sendings()


def _contacts() -> None:
    op.create_table(
        "contacts",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        *(sa.Column(name, sa.LargeBinary) for name in _SEALED),
        sa.Column("sms", sa.Boolean, nullable=False),
        sa.Column("operations", sa.Boolean, nullable=False),
        sa.Column("quiet_from_minute", sa.Integer, nullable=False),
        sa.Column("quiet_to_minute", sa.Integer, nullable=False),
        sa.Column("digest_minute", sa.Integer),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        postgresql_with={"fillfactor": "80"},
    )
    for name in _SEALED:
        op.create_index(f"ix_contacts_{name}", "contacts", [name])
    for name, columns in {
        "registered": ["registered_at", "id"],
        "by_state": ["state", "id"],
        "by_state_registered": ["state", "registered_at", "id"],
        "by_department": ["department", "id"],
        "by_department_registered": ["department", "registered_at", "id"],
    }.items():
        op.create_index(f"contacts_{name}", "contacts", columns)
    op.create_index("contacts_of_operations", "contacts", ["id"], postgresql_where=sa.text("operations IS true"))


def _reminders() -> None:
    op.create_table(
        "reminders",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("occasion", sa.Text, nullable=False),
        sa.Column("obligation_id", sa.Uuid),
        sa.Column("facts", JSONB, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("told", sa.Text),
        postgresql_with={"fillfactor": "80"},
    )
    for name, columns in {
        "planned": ["planned_at", "id"],
        "by_department": ["department", "planned_at", "id"],
        "by_person": ["person_id", "planned_at", "id"],
        "by_state": ["state", "planned_at", "id"],
        "by_department_and_state": ["department", "state", "planned_at", "id"],
    }.items():
        op.create_index(f"reminders_{name}", "reminders", columns)
    op.create_index(
        "reminders_by_obligation",
        "reminders",
        ["obligation_id", "planned_at", "id"],
        postgresql_where=sa.text("obligation_id IS NOT NULL"),
    )


def _sendings() -> None:
    op.create_table(
        "sendings",
        sa.Column("reminder_id", sa.Uuid, primary_key=True),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.Column("held_until", sa.DateTime(timezone=True)),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("attempts", JSONB, nullable=False),
        postgresql_with={"fillfactor": "80"},
    )
    op.create_index("sendings_due", "sendings", ["due_at"], postgresql_where=sa.text("due_at IS NOT NULL"))


def downgrade() -> None:
    for table in ("sendings", "reminders", "contacts"):
        op.drop_table(table)
