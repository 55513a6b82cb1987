"""One log of journal rows and kept events, sealed in batches: signed heads here, witnessed heads there.

Revision ID: chassis_0005
"""

from alembic import op

revision = "chassis_0005"
down_revision = "chassis_0004"
branch_labels = None
depends_on = None

_UP = """
-- In which transaction an event came: the sealer follows behind the oldest one that is still open.
ALTER TABLE event ADD COLUMN xid bigint NOT NULL DEFAULT (pg_current_xact_id()::text::bigint);
CREATE INDEX event_xid ON event (xid, stream, seq);

-- A seal covers the rows and events that came since the one before it: a Merkle tree over them, its root in a statement
-- that names the seals before it, hashed and signed. Places of all entries, so that what is gone or new has a name.
DROP TABLE seal;
CREATE TABLE seal (
    number bigint PRIMARY KEY, last bigint NOT NULL, rows bigint NOT NULL,
    statement text NOT NULL, head bytea NOT NULL, key bytea NOT NULL, signature bytea NOT NULL,
    row_xids bigint[] NOT NULL, row_ids bigint[] NOT NULL,
    event_xids bigint[] NOT NULL, event_streams uuid[] NOT NULL, event_seqs bigint[] NOT NULL,
    leaves bytea NOT NULL,
    row_xid bigint NOT NULL, row_id bigint NOT NULL,
    event_xid bigint NOT NULL, event_stream uuid NOT NULL, event_seq bigint NOT NULL
);
CREATE INDEX seal_rows ON seal (row_xid, row_id, number);
CREATE INDEX seal_events ON seal (event_xid, event_stream, event_seq, number);

-- Heads of the other services' logs as they signed them; two of one number contradict each other, and both stay.
DROP TABLE witness;
CREATE TABLE witness (
    source text NOT NULL, number bigint NOT NULL, head bytea NOT NULL, last bigint NOT NULL,
    statement text NOT NULL, key bytea NOT NULL, signature bytea NOT NULL, at timestamptz NOT NULL,
    PRIMARY KEY (source, number, head)
);
"""


def upgrade() -> None:
    for statement in _UP.split(";\n"):
        if statement.strip():
            op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("what was sealed is not unsealed")
