"""One way through an index for each order and filter of the lists.

Revision ID: expert_0004
"""

from alembic import op

revision = "expert_0004"
down_revision = "expert_0003"
branch_labels = None
depends_on = "chassis_0002"

_INDEXES = {
    "draws_by_state": "draws (state, declared_at, id)",
    "experts_by_field": "experts USING gin (fields)",
    "experts_by_qualification": "experts USING gin (qualifications)",
    "experts_of_department": "experts (department, number)",
}


def upgrade() -> None:
    for name, what in _INDEXES.items():
        op.execute(f"CREATE INDEX {name} ON {what}")


def downgrade() -> None:
    op.execute(f"DROP INDEX {', '.join(_INDEXES)}")
