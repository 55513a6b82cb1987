"""Whose a forwarded document is: its holder's, and those to whom it was passed on.

Revision ID: approval_0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "approval_0002"
down_revision = "approval_0001"
branch_labels = None
depends_on = None

_SHARED = """
UPDATE policy_documents SET shared_with = ARRAY(
    SELECT f ->> 'recipient' FROM jsonb_array_elements(forwardings) f WHERE f ->> 'state' <> 'open'
)
"""


def upgrade() -> None:
    op.add_column("policy_documents", sa.Column("shared_with", ARRAY(sa.Text)))
    op.execute(_SHARED)
    op.alter_column("policy_documents", "shared_with", nullable=False)
    op.drop_index("policy_documents_by_recipient", "policy_documents")
    op.create_index("policy_documents_by_share", "policy_documents", ["shared_with"], postgresql_using="gin")


def downgrade() -> None:
    op.drop_index("policy_documents_by_share", "policy_documents")
    op.create_index("policy_documents_by_recipient", "policy_documents", ["recipients"], postgresql_using="gin")
    op.drop_column("policy_documents", "shared_with")
