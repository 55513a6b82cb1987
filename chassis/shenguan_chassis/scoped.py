"""How does a select show a department its own rows and nothing else? Its tables are narrowed as it is compiled.

Wherever a declared table stands in a FROM (alone, joined, under an alias, in a subquery, a count or a CTE) the compiler
writes `(SELECT * FROM t WHERE <the owner's condition>) AS t` instead. Whatever is done with the rows afterwards, there
are no others; PostgreSQL pulls such a subquery up, so indexes serve as before. What cannot be narrowed (raw SQL, a
table nobody declared) is a TypeError, never a leak.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, Table, Text, bindparam
from sqlalchemy.dialects.postgresql.asyncpg import PGCompiler_asyncpg, PGDialect_asyncpg

from .db import compiled, placed
from .owners import owner_of

_OFFICE = "reading_office"
_office = bindparam(_OFFICE, None, type_=Text())
_PLAIN = frozenset({"*", "1"})
"""What `count(*)` and `exists` select."""


def compiled_for(scope: str | None, statement: Select[Any], narrowed: Sequence[Table] = ()) -> tuple[str, list[Any]]:
    """A select as `scope` may run it: the text and its arguments in order. None sees all, "" no department's rows.

    `narrowed` names tables whose condition the statement holds itself.
    """
    if scope is None:
        return compiled(statement)
    return placed(statement, _dialect(frozenset(narrowed)), {_OFFICE: scope or None})


class _Narrowing(PGCompiler_asyncpg):
    """Writes selects over a department's own rows."""

    dialect: _Dialect

    def visit_table(self, *what: Any, **how: Any) -> Any:
        """The table, or in a FROM its own rows."""
        table = what[0]
        if not how.get("asfrom") or table in self.dialect.narrowed:
            return super().visit_table(*what, **how)  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it unannotated
        owner = owner_of(table)
        # A parameter that is asked for and not used has no type that PostgreSQL could find out.
        condition = owner.condition(self.process(_office) if owner.asks else "")
        if condition is None:
            return super().visit_table(*what, **how)  # type: ignore[no-untyped-call]  # as above
        name, alias = self.preparer.quote(table.name), how.get("enclosing_alias")
        rows = f"(SELECT * FROM {name} WHERE {condition})"
        return rows if alias is not None and alias.element is table else f"{rows} AS {name}"

    def visit_column(self, *what: Any, **how: Any) -> Any:
        """A column; raw SQL in its place could hide a table."""
        if what[0].is_literal and what[0].name not in _PLAIN:
            raise _unreadable(what[0].name)
        return super().visit_column(*what, **how)

    def visit_textclause(self, *what: Any, **_: Any) -> Any:
        """Raw SQL."""
        raise _unreadable(what[0].text)

    def visit_textual_select(self, *what: Any, **_: Any) -> Any:
        """Raw SQL with columns."""
        raise _unreadable(what[0].element.text)

    def visit_insert(self, *_: Any, **__: Any) -> Any:
        """No select at all."""
        raise _unreadable("INSERT")

    def visit_update(self, *_: Any, **__: Any) -> Any:
        """No select at all."""
        raise _unreadable("UPDATE")

    def visit_delete(self, *_: Any, **__: Any) -> Any:
        """No select at all."""
        raise _unreadable("DELETE")


class _Dialect(PGDialect_asyncpg):
    statement_compiler = _Narrowing
    supports_statement_cache = True

    def __init__(self, narrowed: frozenset[Table] = frozenset()) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it unannotated
        self.narrowed = narrowed


@lru_cache
def _dialect(narrowed: frozenset[Table]) -> _Dialect:
    return _Dialect(narrowed)


def _unreadable(text: str) -> TypeError:
    return TypeError(f"cannot tell whose rows this reads, so no department may: {text[:60]}")
