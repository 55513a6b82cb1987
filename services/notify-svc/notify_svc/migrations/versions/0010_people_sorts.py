"""People are listed by id and by when they were registered, one department's too: each order along an index.

Revision ID: notify_0010
"""

from alembic import op

revision = "notify_0010"
down_revision = "notify_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("people_registered", "people", ["registered_at", "id"])
    op.create_index("people_by_department", "people", ["department", "id"])
    op.create_index("people_by_department_registered", "people", ["department", "registered_at", "id"])
    op.drop_index("ix_people_department")


def downgrade() -> None:
    op.create_index("ix_people_department", "people", ["department"])
    for name in ("people_by_department_registered", "people_by_department", "people_registered"):
        op.drop_index(name)
