"""Items and the directory's offices, cases, the register of licences, filed penalties, the bureau's documents.

Revision ID: approval_0001
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "approval_0001"
down_revision = None
branch_labels = ("approval",)
depends_on = "chassis_0001"

_INSTANT = sa.DateTime(timezone=True)
_FILLFACTOR = {"fillfactor": "80"}


def _identity() -> list[sa.Column[Any]]:
    return [sa.Column("id", sa.Uuid, primary_key=True), sa.Column("version", sa.BigInteger, nullable=False)]


def upgrade() -> None:
    _items()
    _cases()
    _licenses()
    _penalties()
    _documents()


def _items() -> None:
    op.create_table(
        "items",
        *_identity(),
        sa.Column("item_code", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("legal_basis", sa.Text, nullable=False),
        sa.Column("departments", ARRAY(sa.Text), nullable=False),
        sa.Column("claim_rule", sa.Text, nullable=False),
        sa.Column("standards", JSONB, nullable=False),
        sa.Column("published_at", _INSTANT, nullable=False),
        sa.UniqueConstraint("item_code", name="items_item_code"),
        postgresql_with=_FILLFACTOR,
    )
    op.create_table(
        "offices",
        sa.Column("department", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
    )


def _cases() -> None:
    op.create_table(
        "cases",
        *_identity(),
        sa.Column("item_id", sa.Uuid, nullable=False),
        sa.Column("item_code", sa.Text, nullable=False),
        sa.Column("departments", ARRAY(sa.Text), nullable=False),
        sa.Column("standard_no", sa.Integer, nullable=False),
        sa.Column("promised_days", sa.Integer, nullable=False),
        sa.Column("statutory_days", sa.Integer, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("holder_name", sa.Text, nullable=False),
        sa.Column("holder_uscc", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("received_at", _INSTANT, nullable=False),
        sa.Column("accepted_at", _INSTANT),
        sa.Column("accepted_by", sa.Text),
        sa.Column("deemed", sa.Boolean, nullable=False),
        sa.Column("granted_at", _INSTANT),
        sa.Column("license_id", sa.Uuid),
        postgresql_with=_FILLFACTOR,
    )
    op.create_index("cases_by_department", "cases", ["departments"], postgresql_using="gin")
    op.create_table(
        "attempts",
        *_identity(),
        sa.Column("item_code", sa.Text, nullable=False),
        sa.Column("attempted_by", sa.Text, nullable=False),
        sa.Column("attempted_at", _INSTANT, nullable=False),
        postgresql_with=_FILLFACTOR,
    )
    op.create_table(
        "examination_limits",
        sa.Column("case_id", sa.Uuid, primary_key=True),
        sa.Column("due_at", _INSTANT, nullable=False),
    )


def _licenses() -> None:
    op.create_table(
        "licenses",
        *_identity(),
        sa.Column("license_no", sa.Text, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("item_id", sa.Uuid, nullable=False),
        sa.Column("item_code", sa.Text, nullable=False),
        sa.Column("item_name", sa.Text, nullable=False),
        sa.Column("departments", ARRAY(sa.Text), nullable=False),
        sa.Column("holder_name", sa.Text),
        sa.Column("holder_uscc", sa.Text),
        sa.Column("valid_until", sa.Date),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("issued_at", _INSTANT, nullable=False),
        sa.Column("penalty_id", sa.Uuid),
        sa.Column("penalty_revoked_at", _INSTANT),
        sa.Column("deregistered_at", _INSTANT),
        sa.Column("ground", sa.Text),
        sa.UniqueConstraint("license_no", name="licenses_license_no"),
        sa.UniqueConstraint("case_id", name="licenses_case_id"),
        postgresql_with=_FILLFACTOR,
    )
    op.create_index("licenses_by_department", "licenses", ["departments"], postgresql_using="gin")
    op.create_index("licenses_by_holder", "licenses", ["holder_uscc", "id"])


def _penalties() -> None:
    op.create_table(
        "penalty_files",
        *_identity(),
        sa.Column("penalty_id", sa.Uuid, nullable=False),
        sa.Column("license_id", sa.Uuid, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("document_no", sa.Text, nullable=False),
        sa.Column("legal_basis", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("decided_on", sa.Date, nullable=False),
        sa.Column("informed_at", _INSTANT, nullable=False),
        sa.Column("filed_at", _INSTANT, nullable=False),
        sa.Column("struck", sa.Boolean, nullable=False),
        postgresql_with=_FILLFACTOR,
    )
    op.create_index("penalty_files_by_time", "penalty_files", ["filed_at", "id"])
    op.create_index("penalty_files_by_department", "penalty_files", ["department", "filed_at", "id"])
    op.create_index("penalty_files_by_license", "penalty_files", ["license_id"])


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
    for table in (
        "items",
        "offices",
        "cases",
        "attempts",
        "examination_limits",
        "licenses",
        "penalty_files",
        "policy_documents",
    ):
        op.drop_table(table)
