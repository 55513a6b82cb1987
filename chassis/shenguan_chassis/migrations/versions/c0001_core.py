"""The chassis's own tables: kept events, queue, journal and its seals, positions, parked events, unreadable messages.

Revision ID: chassis_0001
"""

from alembic import op

revision = "chassis_0001"
down_revision = None
branch_labels = ("chassis",)
depends_on = None

_TABLES = """
-- Kept events: for good by default. The aggregate's version row guards (stream, seq); a unique key cannot span partitions.
CREATE TABLE event (
    stream uuid NOT NULL, seq bigint NOT NULL, at timestamptz NOT NULL,
    subject text NOT NULL, type text NOT NULL, body bytea NOT NULL,
    PRIMARY KEY (stream, seq, at)
) PARTITION BY RANGE (at);
CREATE TABLE event_other PARTITION OF event DEFAULT;

-- What the bus has not acknowledged. Inserted and deleted, never updated: vacuum keeps it small.
CREATE TABLE queue (
    pos bigint GENERATED ALWAYS AS IDENTITY (CACHE 1) PRIMARY KEY,
    subject text NOT NULL, body bytea NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0);

-- One row per command and per refusal of a known caller: audit trail and replayed answer at once.
CREATE TABLE journal (
    id bigint GENERATED ALWAYS AS IDENTITY (CACHE 1),
    xid bigint NOT NULL DEFAULT (pg_current_xact_id()::text::bigint),
    at timestamptz NOT NULL, legal_at timestamptz NOT NULL,
    person text NOT NULL, organisation text NOT NULL, department text, roles text[] NOT NULL,
    command text NOT NULL, subject text, version bigint,
    idem_key text, body_hash bytea, status int NOT NULL, code text,
    answer bytea, trace text,
    PRIMARY KEY (xid, id),
    CONSTRAINT journal_key UNIQUE (person, idem_key)
);
CREATE INDEX journal_subject ON journal (subject, id) WHERE subject IS NOT NULL;

-- The chain behind the journal: hash of the row and of the seal before it.
CREATE TABLE seal (
    number bigint PRIMARY KEY, xid bigint NOT NULL, id bigint NOT NULL, hash bytea NOT NULL
);
-- Heads of the other services' chains, as they said them.
CREATE TABLE witness (
    source text NOT NULL, number bigint NOT NULL, head bytea NOT NULL, at timestamptz NOT NULL,
    PRIMARY KEY (source, number)
);

-- The last number applied per stream heard.
CREATE TABLE position (
    stream uuid PRIMARY KEY, seq bigint NOT NULL, parked int NOT NULL DEFAULT 0
) WITH (fillfactor = 70);

-- Events that wait: a gap before them, something not there yet, a failure.
CREATE TABLE parked (
    stream uuid NOT NULL, seq bigint NOT NULL, why text NOT NULL,
    source text NOT NULL, subject text NOT NULL, type text NOT NULL, body bytea NOT NULL, starts boolean NOT NULL,
    awaits uuid, reason text, tries int NOT NULL DEFAULT 0, since timestamptz NOT NULL, due timestamptz,
    PRIMARY KEY (stream, seq)
);
CREATE INDEX parked_due ON parked (due) WHERE due IS NOT NULL;
CREATE INDEX parked_awaits ON parked (awaits) WHERE awaits IS NOT NULL;

-- Messages that are no event, or of a type this edition does not know: kept and counted.
CREATE TABLE unreadable (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic text NOT NULL, partition int NOT NULL, "offset" bigint NOT NULL,
    reason text NOT NULL, body bytea NOT NULL, at timestamptz NOT NULL
);
"""


def upgrade() -> None:
    for statement in _TABLES.split(";\n"):
        if statement.strip():
            op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE event, queue, journal, seal, witness, position, parked, unreadable")
