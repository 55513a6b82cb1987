"""What does the embedded log look like in PostgreSQL, and which statements does it run?

Offsets are dense because every appender holds the partition's counter row until its commit: a reader that saw offset n
has seen all below n. Leases are session advisory locks: they end with the connection of a member that dies.
"""

CHANNEL = "shenguan_bus"

# The two-number form of advisory locks: the first says what is locked, the second which one.
SETUP_LOCK, MEMBER_LOCK, LEASE_LOCK = 7_340_001, 7_340_002, 7_340_003

SETUP = f"""
SELECT pg_advisory_xact_lock({SETUP_LOCK}, 0);
CREATE SCHEMA IF NOT EXISTS bus;
CREATE TABLE IF NOT EXISTS bus.topic (
    number     int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text NOT NULL UNIQUE,
    max_bytes  int NOT NULL,
    keep_for   interval
);
CREATE TABLE IF NOT EXISTS bus.counter (
    topic int NOT NULL REFERENCES bus.topic,
    part  int NOT NULL,
    next  bigint NOT NULL DEFAULT 0,
    low   bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (topic, part)
) WITH (fillfactor = 50, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0);
CREATE TABLE IF NOT EXISTS bus.record (
    topic   int NOT NULL,
    part    int NOT NULL,
    off     bigint NOT NULL,
    at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    key     bytea NOT NULL,
    value   bytea NOT NULL,
    headers bytea,
    PRIMARY KEY (topic, part, off)
);
CREATE TABLE IF NOT EXISTS bus.position (
    lease int GENERATED ALWAYS AS IDENTITY UNIQUE,
    grp   text NOT NULL,
    topic int NOT NULL REFERENCES bus.topic,
    part  int NOT NULL,
    next  bigint,
    PRIMARY KEY (grp, topic, part)
) WITH (fillfactor = 50);
CREATE TABLE IF NOT EXISTS bus.member (
    number   int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    grp      text NOT NULL,
    instance text NOT NULL
);
CREATE OR REPLACE FUNCTION bus.append(
    topics int[], parts int[], ords int[], keys bytea[], vals bytea[], heads bytea[]
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    held int;
BEGIN
    -- In one order for all appenders, so that two of them never wait for each other.
    SELECT count(*) INTO held FROM (
        SELECT FROM bus.counter c
         WHERE (c.topic, c.part) IN (SELECT * FROM unnest(topics, parts))
         ORDER BY c.topic, c.part FOR UPDATE
    ) AS locked;
    IF held <> (SELECT count(*) FROM (SELECT DISTINCT * FROM unnest(topics, parts)) AS asked) THEN
        RAISE EXCEPTION 'a partition does not exist';
    END IF;
    INSERT INTO bus.record (topic, part, off, key, value, headers)
    SELECT r.topic, r.part, c.next + r.ord, r.key, r.value, r.headers
      FROM unnest(topics, parts, ords, keys, vals, heads) AS r (topic, part, ord, key, value, headers)
      JOIN bus.counter c ON c.topic = r.topic AND c.part = r.part;
    UPDATE bus.counter c SET next = c.next + r.many
      FROM (SELECT t, p, count(*) AS many FROM unnest(topics, parts) AS u (t, p) GROUP BY t, p) AS r
     WHERE c.topic = r.t AND c.part = r.p;
END $$;
"""

DECLARE_TOPIC = """
INSERT INTO bus.topic (name, max_bytes, keep_for) VALUES ($1, $2, $3)
ON CONFLICT (name) DO UPDATE SET max_bytes = excluded.max_bytes, keep_for = excluded.keep_for
RETURNING number
"""
DECLARE_PARTITIONS = """
INSERT INTO bus.counter (topic, part) SELECT $1, part FROM generate_series(0, $2::int - 1) AS part
ON CONFLICT DO NOTHING
"""
SHAPES = """
SELECT t.name, t.number, t.max_bytes, count(*)::int AS partitions
  FROM bus.topic t JOIN bus.counter c ON c.topic = t.number GROUP BY t.number
"""
APPEND = "SELECT bus.append($1, $2, $3, $4, $5, $6)"

READ = """
SELECT w.topic, w.part, r.off, r.key, r.value, r.headers
  FROM unnest($1::int[], $2::int[], $3::bigint[]) AS w (topic, part, next)
 CROSS JOIN LATERAL (
    SELECT off, key, value, headers FROM bus.record
     WHERE topic = w.topic AND part = w.part AND off >= w.next
     ORDER BY off LIMIT $4
 ) AS r
 LIMIT $4
"""
COUNTERS = """
SELECT t.name, c.topic, c.part, c.next, c.low
  FROM bus.counter c JOIN bus.topic t ON t.number = c.topic WHERE t.name = ANY($1) ORDER BY 1, 3
"""
POSITIONS = """
SELECT t.name, p.part, p.next FROM bus.position p JOIN bus.topic t ON t.number = p.topic
 WHERE p.grp = $1 AND t.name = ANY($2) AND p.next IS NOT NULL
"""
REWIND = """
UPDATE bus.position p SET next = c.low
  FROM bus.topic t, bus.counter c
 WHERE t.number = p.topic AND c.topic = p.topic AND c.part = p.part AND p.grp = $1 AND t.name = ANY($2)
"""

ENTER = f"""
WITH me AS (INSERT INTO bus.member (grp, instance) VALUES ($1, $2) RETURNING number)
SELECT number, pg_advisory_lock({MEMBER_LOCK}, number) FROM me
"""
LEAVE = "DELETE FROM bus.member WHERE number = $1"
MEMBERS = f"""
SELECT m.number, m.instance, l.pid IS NOT NULL AS lives
  FROM bus.member m
  LEFT JOIN pg_locks l ON l.locktype = 'advisory' AND l.classid = {MEMBER_LOCK} AND l.objid = m.number
       AND l.objsubid = 2 AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
 WHERE m.grp = $1
"""
LEASES = """
SELECT t.name, c.topic, c.part, p.lease, c.next AS end, c.low
  FROM bus.counter c JOIN bus.topic t ON t.number = c.topic
  LEFT JOIN bus.position p ON p.grp = $1 AND p.topic = c.topic AND p.part = c.part
 WHERE t.name = ANY($2) ORDER BY 1, 3
"""
NEW_LEASES = """
INSERT INTO bus.position (grp, topic, part)
SELECT $1, c.topic, c.part FROM bus.counter c JOIN bus.topic t ON t.number = c.topic
 WHERE t.name = ANY($2)
   AND NOT EXISTS (SELECT FROM bus.position p WHERE p.grp = $1 AND p.topic = c.topic AND p.part = c.part)
ON CONFLICT DO NOTHING
"""
LOCK_LEASES = f"SELECT n, pg_try_advisory_lock({LEASE_LOCK}, n) AS mine FROM unnest($1::int[]) AS n"
FREE_LEASES = f"SELECT pg_advisory_unlock({LEASE_LOCK}, n) FROM unnest($1::int[]) AS n"
# A position beyond the end is that of a log which lost its tail: it counts no more, and the group begins again.
STARTS = """
UPDATE bus.position p SET next = CASE WHEN p.next <= c.next THEN p.next END
  FROM bus.counter c
 WHERE p.lease = ANY($1) AND c.topic = p.topic AND c.part = p.part
RETURNING p.lease, GREATEST(COALESCE(p.next, c.low), c.low) AS start
"""
DONE = """
UPDATE bus.position p SET next = d.next
  FROM unnest($1::int[], $2::bigint[]) AS d (lease, next)
 WHERE p.lease = d.lease AND (p.next IS NULL OR p.next < d.next)
"""

OUTDATED = """
SELECT c.topic, c.part FROM bus.counter c JOIN bus.topic t ON t.number = c.topic
 CROSS JOIN LATERAL (
    SELECT at FROM bus.record WHERE topic = c.topic AND part = c.part ORDER BY off LIMIT 1
 ) AS oldest
 WHERE oldest.at < clock_timestamp() - t.keep_for
"""
# One partition a statement: an appender never waits for two of them. At most $3 records a turn.
PRUNE = """
WITH old AS (
    SELECT max(r.off) + 1 AS low FROM (
        SELECT off, at FROM bus.record WHERE topic = $1 AND part = $2 ORDER BY off LIMIT $3
    ) AS r, bus.topic t WHERE t.number = $1 AND r.at < clock_timestamp() - t.keep_for
), gone AS (
    DELETE FROM bus.record USING old WHERE topic = $1 AND part = $2 AND off < old.low RETURNING 1
), moved AS (
    UPDATE bus.counter c SET low = old.low FROM old WHERE c.topic = $1 AND c.part = $2 AND c.low < old.low
)
SELECT count(*) FROM gone
"""
