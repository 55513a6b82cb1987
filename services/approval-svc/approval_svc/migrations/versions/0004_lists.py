"""One way through an index for each order and filter of the lists, and one by pairs of characters for each search.

Revision ID: approval_0004
"""

from alembic import op

revision = "approval_0004"
down_revision = "approval_0003"
branch_labels = None
depends_on = "chassis_0002"

_INDEXES = {
    "cases_by_time": "cases (received_at, id)",
    "cases_by_state": "cases (state, id)",
    "cases_by_state_and_time": "cases (state, received_at, id)",
    "cases_by_item": "cases (item_code, id)",
    "cases_by_holder": "cases (holder_uscc, id)",
    "cases_by_name": "cases USING gin (search_grams(holder_name)) WITH (fastupdate = off)",
    "attempts_by_time": "attempts (attempted_at, id)",
    "attempts_by_item": "attempts (item_code, id)",
    "licenses_by_time": "licenses (issued_at, id)",
    "licenses_by_state": "licenses (state, id)",
    "licenses_by_item": "licenses (item_code, id)",
    "licenses_by_expiry": "licenses (COALESCE(valid_until, 'infinity'), id)",
    "licenses_by_state_and_expiry": "licenses (state, COALESCE(valid_until, 'infinity'), id)",
    "licenses_by_name": "licenses USING gin (search_grams(holder_name)) WITH (fastupdate = off)",
    "items_by_time": "items (published_at, id)",
    "items_by_department": "items USING gin (departments)",
    "items_by_name": "items USING gin (search_grams(name)) WITH (fastupdate = off)",
    "penalty_files_by_document": "penalty_files (document_no)",
    "policy_documents_by_time": "policy_documents (received_at, id)",
    "policy_documents_by_number": "policy_documents (document_no)",
    "policy_documents_by_title": "policy_documents USING gin (search_grams(title)) WITH (fastupdate = off)",
}


def upgrade() -> None:
    for name, what in _INDEXES.items():
        op.execute(f"CREATE INDEX {name} ON {what}")


def downgrade() -> None:
    op.execute(f"DROP INDEX {', '.join(_INDEXES)}")
