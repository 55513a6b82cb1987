"""Directory, ledger, penalties and the departments' incoming documents.

Revision ID: supervision_0001
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "supervision_0001"
down_revision = None
branch_labels = ("supervision",)
depends_on = "chassis_0001"

_INSTANT = sa.DateTime(timezone=True)
_FILLFACTOR = {"fillfactor": "80"}


def _identity() -> list[sa.Column[Any]]:
    return [sa.Column("id", sa.Uuid, primary_key=True), sa.Column("version", sa.BigInteger, nullable=False)]


def upgrade() -> None:
    _directory()
    _ledger()
    _penalties()
    _documents()


def _directory() -> None:
    op.create_table(
        "departments",
        *_identity(),
        sa.Column("department", sa.Text, nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("registered_at", _INSTANT, nullable=False),
        postgresql_with=_FILLFACTOR,
    )
    op.create_table(
        "posts",
        *_identity(),
        sa.Column("department", sa.Text, nullable=False, index=True),
        sa.Column("post", sa.Text, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("designated_at", _INSTANT, nullable=False),
        postgresql_with=_FILLFACTOR,
    )


def _ledger() -> None:
    op.create_table(
        "licenses",
        sa.Column("license_id", sa.Uuid, primary_key=True),
        sa.Column("license_no", sa.Text, nullable=False),
        sa.Column("item_code", sa.Text, nullable=False),
        sa.Column("item_name", sa.Text, nullable=False),
        sa.Column("holder_name", sa.Text),
        sa.Column("holder_uscc", sa.Text),
        sa.Column("issued_at", _INSTANT, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
    )
    op.create_table(
        "watches",
        *_identity(),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("license_id", sa.Uuid, nullable=False),
        sa.Column("claim_rule", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("assigned_at", _INSTANT, nullable=False),
        sa.Column("claimed_at", _INSTANT),
        sa.Column("ended_at", _INSTANT),
        postgresql_with=_FILLFACTOR,
    )
    op.create_index("watches_of_department", "watches", ["department", "assigned_at", "id"])
    op.create_index("watches_by_time", "watches", ["assigned_at", "id"])


def _penalties() -> None:
    op.create_table(
        "penalties",
        *_identity(),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("license_id", sa.Uuid, nullable=False),
        sa.Column("document_no", sa.Text, nullable=False),
        sa.Column("legal_basis", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("decided_on", sa.Date, nullable=False),
        sa.Column("informed_at", _INSTANT, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        postgresql_with=_FILLFACTOR,
    )
    op.create_index("penalties_of_department", "penalties", ["department", "informed_at", "id"])
    op.create_index("penalties_by_time", "penalties", ["informed_at", "id"])
    op.create_table(
        "filings",
        sa.Column("penalty_id", sa.Uuid, primary_key=True),
        sa.Column("penalty_file_id", sa.Uuid, nullable=False),
        sa.Column("filed_at", _INSTANT, nullable=False),
    )


def _documents() -> None:
    op.create_table(
        "policy_documents",
        *_identity(),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("document_no", sa.Text),
        sa.Column("superior", sa.Text, nullable=False),
        sa.Column("issued_on", sa.Date),
        sa.Column("recipients", ARRAY(sa.Text), nullable=False),
        sa.Column("received_at", _INSTANT, nullable=False),
        sa.Column("registered_at", _INSTANT, nullable=False),
        sa.Column("forwardings", JSONB, nullable=False),
        postgresql_with=_FILLFACTOR,
    )
    op.create_index("policy_documents_by_department", "policy_documents", ["department", "id"])
    op.create_index("policy_documents_by_recipient", "policy_documents", ["recipients"], postgresql_using="gin")


def downgrade() -> None:
    for table in ("departments", "posts", "licenses", "watches", "penalties", "filings", "policy_documents"):
        op.drop_table(table)
