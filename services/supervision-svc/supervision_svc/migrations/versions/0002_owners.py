"""Whose each row is, in the row: of copied licences, of filings, of documents that were passed on.

Revision ID: supervision_0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "supervision_0002"
down_revision = "supervision_0001"
branch_labels = None
depends_on = None

_SHARED = """
UPDATE policy_documents SET shared_with = ARRAY(
    SELECT f ->> 'recipient' FROM jsonb_array_elements(forwardings) f WHERE f ->> 'state' <> 'open'
)
"""
_WATCHED = """
UPDATE licenses l SET departments = ARRAY(
    SELECT w.department FROM watches w WHERE w.license_id = l.license_id ORDER BY w.department
)
"""
# A filing is heard after its penalty was imposed here: it always has one.
_IMPOSED = "UPDATE filings f SET department = p.department FROM penalties p WHERE p.id = f.penalty_id"


def upgrade() -> None:
    for table, column, kind, told in (
        ("policy_documents", "shared_with", ARRAY(sa.Text), _SHARED),
        ("licenses", "departments", ARRAY(sa.Text), _WATCHED),
        ("filings", "department", sa.Text(), _IMPOSED),
    ):
        op.add_column(table, sa.Column(column, kind))
        op.execute(told)
        op.alter_column(table, column, nullable=False)
    op.drop_index("policy_documents_by_recipient", "policy_documents")
    op.create_index("policy_documents_by_share", "policy_documents", ["shared_with"], postgresql_using="gin")


def downgrade() -> None:
    op.drop_index("policy_documents_by_share", "policy_documents")
    op.create_index("policy_documents_by_recipient", "policy_documents", ["recipients"], postgresql_using="gin")
    for table, column in (("policy_documents", "shared_with"), ("licenses", "departments"), ("filings", "department")):
        op.drop_column(table, column)
