"""Subscriptions with their secrets, sealed; deliveries, how far they are, and how each receiver is.

Revision ID: notify_0006
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "notify_0006"
down_revision = "notify_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _subscriptions()
    _deliveries()
    _progress()


def _subscriptions() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        *(sa.Column(name, sa.ARRAY(sa.Text), nullable=False) for name in ("types", "departments", "items", "subjects")),
        sa.Column("batch", sa.Integer, nullable=False),
        sa.Column("client_certificate", sa.Boolean, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("paused_because", sa.Text),
        sa.Column("secret", sa.LargeBinary, nullable=False),
        sa.Column("old_secret", sa.LargeBinary),
        sa.Column("old_secret_until", sa.DateTime(timezone=True)),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resumed_at", sa.DateTime(timezone=True), nullable=False),
        postgresql_with={"fillfactor": "80"},
    )
    for column in ("secret", "old_secret"):
        op.create_index(f"ix_subscriptions_{column}", "subscriptions", [column])
    for name, columns in {
        "registered": ["registered_at", "id"],
        "by_state": ["state", "id"],
        "by_state_registered": ["state", "registered_at", "id"],
        "by_department": ["department", "id"],
        "by_department_registered": ["department", "registered_at", "id"],
    }.items():
        op.create_index(f"subscriptions_{name}", "subscriptions", columns)


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("subscription_id", sa.Uuid, primary_key=True),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("attempts", JSONB, nullable=False),
        postgresql_with={"fillfactor": "80"},
    )
    op.create_index(
        "deliveries_pending",
        "deliveries",
        ["subscription_id", "number"],
        postgresql_where=sa.text("state = 'pending'"),
    )
    for name, columns in {
        "by_number": ["number", "subscription_id"],
        "by_department": ["department", "number", "subscription_id"],
        "by_state": ["state", "number", "subscription_id"],
        "by_department_and_state": ["department", "state", "number", "subscription_id"],
        "by_subscription_and_state": ["subscription_id", "state", "number"],
    }.items():
        op.create_index(f"deliveries_{name}", "deliveries", columns)


def _progress() -> None:
    op.create_table(
        "delivery_marks",
        sa.Column("subscription_id", sa.Uuid, primary_key=True),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("planned", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "receiver_health",
        sa.Column("subscription_id", sa.Uuid, primary_key=True),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("succeeded_at", sa.DateTime(timezone=True)),
        sa.Column("failed_at", sa.DateTime(timezone=True)),
        sa.Column("failure", sa.Text),
    )
    op.create_table(
        "delivery_replays",
        sa.Column("subscription_id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("last", sa.BigInteger, nullable=False),
        sa.Column("only_failed", sa.Boolean, nullable=False),
        sa.Column("done", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "delivery_leases",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    for table in ("subscriptions", "deliveries", "delivery_marks", "receiver_health", "delivery_replays"):
        op.drop_table(table)
    op.drop_table("delivery_leases")
