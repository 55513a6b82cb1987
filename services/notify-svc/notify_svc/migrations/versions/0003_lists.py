"""One way through an index for each order and filter of the lists.

Revision ID: notify_0003
"""

from alembic import op

revision = "notify_0003"
down_revision = "notify_0002"
branch_labels = None
depends_on = "chassis_0002"

_INDEXES = {
    "obligations_by_state": "obligations (state, due_at, id)",
    "obligations_by_duty": "obligations (duty, due_at, id)",
    "obligations_by_bearer_and_state": "obligations (department, state, due_at, id)",
    "escalations_by_bearer": "escalations (department, raised_at, obligation_id, rung)",
}


def upgrade() -> None:
    for name, what in _INDEXES.items():
        op.execute(f"CREATE INDEX {name} ON {what}")


def downgrade() -> None:
    op.execute(f"DROP INDEX {', '.join(_INDEXES)}")
