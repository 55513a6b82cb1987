"""What a search on names compares: the text without what does not tell names apart, and its bigrams.

Their bodies are resolved here, not when they run: maintenance runs without our schema in its search path.

Revision ID: chassis_0002
"""

from alembic import op

revision = "chassis_0002"
down_revision = "chassis_0001"
branch_labels = None
depends_on = None

_TEXT = """
CREATE FUNCTION search_text(name text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN replace(lower(normalize(name, NFKC) COLLATE "C"), ' ', '')
"""
_GRAMS = """
CREATE FUNCTION search_grams(name text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN ARRAY(
    SELECT substr(plain.name, place, 2)
    FROM (SELECT search_text(search_grams.name) AS name OFFSET 0) AS plain,
         generate_series(1, greatest(char_length(plain.name) - 1, 1)) AS place
)
"""


def upgrade() -> None:
    op.execute(_TEXT)
    op.execute(_GRAMS)


def downgrade() -> None:
    op.execute("DROP FUNCTION search_grams, search_text")
