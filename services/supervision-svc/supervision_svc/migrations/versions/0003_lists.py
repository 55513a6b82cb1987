"""One way through an index for each order and filter of the lists, and one by pairs of characters for each search.

Revision ID: supervision_0003
"""

from alembic import op

revision = "supervision_0003"
down_revision = "supervision_0002"
branch_labels = None
depends_on = "chassis_0002"

_INDEXES = {
    "licenses_by_number": "licenses (license_no)",
    "licenses_by_item": "licenses (item_code)",
    "licenses_by_holder": "licenses (holder_uscc)",
    "licenses_by_name": "licenses USING gin (search_grams(holder_name)) WITH (fastupdate = off)",
    "watches_by_state": "watches (state, assigned_at, id)",
    "watches_of_department_by_state": "watches (department, state, assigned_at, id)",
    "watches_of_license": "watches (license_id)",
    "watches_unclaimed": "watches (department, assigned_at, id) WHERE claimed_at IS NULL",
    "departments_by_name": "departments USING gin (search_grams(name)) WITH (fastupdate = off)",
    "penalties_by_license": "penalties (license_id)",
    "penalties_by_document": "penalties (document_no)",
    "policy_documents_by_time": "policy_documents (received_at, id)",
    "policy_documents_by_number": "policy_documents (document_no)",
    "policy_documents_by_title": "policy_documents USING gin (search_grams(title)) WITH (fastupdate = off)",
}


def upgrade() -> None:
    for name, what in _INDEXES.items():
        op.execute(f"CREATE INDEX {name} ON {what}")


def downgrade() -> None:
    op.execute(f"DROP INDEX {', '.join(_INDEXES)}")
