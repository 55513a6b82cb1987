"""The tables of the first edition: calendar, directory copy, obligations, feeds.

Revision ID: notify_0001
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "notify_0001"
down_revision = None
branch_labels = ("notify",)
depends_on = "chassis_0001"


def upgrade() -> None:
    _calendar()
    _directory()
    _obligations()
    _feeds()


def _calendar() -> None:
    op.create_table(
        "calendar_years",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("year", sa.Integer, nullable=False, unique=True),
        *_arrangement(),
        sa.Column("amended_at", sa.DateTime(timezone=True), nullable=False),
        postgresql_with={"fillfactor": "80"},
    )
    op.create_table(
        "calendar_editions",
        sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("version", sa.BigInteger, primary_key=True, autoincrement=False),
        *_arrangement(),
    )


def _arrangement() -> list[sa.Column[Any]]:
    return [
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("basis", sa.Text, nullable=False),
        sa.Column("off", sa.ARRAY(sa.Date), nullable=False),
        sa.Column("makeup", sa.ARRAY(sa.Date), nullable=False),
    ]


def _directory() -> None:
    op.create_table(
        "offices",
        sa.Column("department", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
    )
    op.create_table(
        "holders",
        sa.Column("department", sa.Text, primary_key=True),
        sa.Column("post", sa.Text, primary_key=True),
        sa.Column("person_id", sa.Uuid, nullable=False),
    )


def _obligations() -> None:
    op.create_table(
        "obligations",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("duty", sa.Text, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("recipient", sa.Text),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("provisional", sa.Boolean, nullable=False),
        sa.Column("calendar", sa.ARRAY(sa.Text), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("met_at", sa.DateTime(timezone=True)),
        sa.Column("overdue_at", sa.DateTime(timezone=True)),
        sa.Column("rungs_told", sa.Integer, nullable=False),
        sa.Column("look_at", sa.DateTime(timezone=True)),
        postgresql_with={"fillfactor": "80"},
    )
    op.create_index("obligations_look_at", "obligations", ["look_at"], postgresql_where=sa.text("look_at IS NOT NULL"))
    op.create_index("obligations_by_bearer", "obligations", ["department", "due_at", "id"])
    op.create_index("obligations_by_due", "obligations", ["due_at", "id"])
    op.create_index("obligations_by_about", "obligations", ["about"])
    op.create_table(
        "early_answers",
        sa.Column("obligation_id", sa.Uuid, primary_key=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "escalations",
        sa.Column("obligation_id", sa.Uuid, primary_key=True),
        sa.Column("rung", sa.Text, primary_key=True),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("person_id", sa.Uuid),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("escalations_by_time", "escalations", ["raised_at", "obligation_id", "rung"])


def _feeds() -> None:
    op.create_table(
        "feeds",
        sa.Column("department", sa.Text, primary_key=True),
        sa.Column("sent", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "feed_entries",
        sa.Column("department", sa.Text, primary_key=True),
        sa.Column("stream", sa.Uuid, primary_key=True),
        sa.Column("sequence", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("number", sa.BigInteger),
        sa.UniqueConstraint("department", "number", name="feed_entries_number"),
    )
    op.create_index(
        "feed_entries_unnumbered",
        "feed_entries",
        ["department", "said_at"],
        postgresql_where=sa.text("number IS NULL"),
    )


def downgrade() -> None:
    for table in ("obligations", "early_answers", "escalations", "offices", "holders", "feeds", "feed_entries"):
        op.drop_table(table)
    op.drop_table("calendar_editions")
    op.drop_table("calendar_years")
