"""Is anything out of place that would make the law depend on when, where or how it is asked?

Time, identifiers and chance are arguments; the chassis commits; SQL stands in the store and in views; a rule waits for
nobody.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from checks.findings import Finding
from checks.sources import Source

_CLOCKS = (
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
    "time",
    "shenguan_chassis.clock.RealClock",
)
_CHANCE = (
    "uuid.uuid1",
    "uuid.uuid4",
    "uuid.uuid6",
    "uuid.uuid7",
    "uuid_utils",
    "random",
    "secrets",
    "os.urandom",
    "shenguan_chassis.ids.new_id",
)
_COMMITS = frozenset(
    {"commit", "rollback", "execute", "executemany", "fetch", "fetchrow", "fetchval", "transaction", "begin"}
)
_SQL = ("sqlalchemy", "asyncpg")
_SQL_WORDS = frozenset({"store", "views"})
_WAITING = ast.AsyncFunctionDef | ast.Await | ast.AsyncFor | ast.AsyncWith


def no_clock(source: Source) -> Iterator[Finding]:
    """Nothing of a service or of the kernel asks what time it is."""
    for node, name in _domain_names(source):
        if _is_one_of(name, _CLOCKS):
            yield source.finding(node, "clock", f"{name} asks the time", "Take the instant as an argument (`tx.now`).")


def no_chance(source: Source) -> Iterator[Finding]:
    """Nothing of a service or of the kernel makes identifiers or draws lots by itself."""
    for node, name in _domain_names(source):
        if _is_one_of(name, _CHANCE):
            remedy = "Take it as an argument: an id comes from `tx.new_id()`, a draw's seed from its source."
            yield source.finding(node, "chance", f"{name} cannot be replayed", remedy)


def no_commit(source: Source) -> Iterator[Finding]:
    """Only the chassis talks to the database; a slice reads and saves through its tx."""
    if not _is_domain(source):
        return
    for node in source.nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _COMMITS:
            what = f"`.{node.func.attr}()` speaks to the database"
            yield source.finding(node, "commit", what, "Use the tx: the HTTP edge and the consumer loop commit.")


def sql_in_its_place(source: Source) -> Iterator[Finding]:
    """SQL of a noun stands in its store.py, or in its views.py where only a page reads it."""
    if not _is_domain(source) or source.word in _SQL_WORDS:
        return
    for node, name in _imports(source):
        if _is_one_of(name, _SQL):
            yield source.finding(node, "sql-place", f"{name} is SQL", "Move it to the slice's store.py or views.py.")


def no_waiting_in_rules(source: Source) -> Iterator[Finding]:
    """A rule is pure: what it needs is already there."""
    if not source.is_rule:
        return
    for node in source.nodes:
        if isinstance(node, _WAITING):
            remedy = "Load it in commands.py or reactions.py and hand it in."
            yield source.finding(node, "rule-waits", "a rule awaits something", remedy)


PURITY = (no_clock, no_chance, no_commit, sql_in_its_place, no_waiting_in_rules)


def _is_domain(source: Source) -> bool:
    return source.layer in {"services", "kernel"} and not source.is_test


def _domain_names(source: Source) -> list[tuple[ast.expr, str]]:
    return source.spoken if _is_domain(source) else []


def _imports(source: Source) -> Iterator[tuple[ast.AST, str]]:
    for node in source.nodes:
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node, node.module


def _is_one_of(name: str, banned: tuple[str, ...]) -> bool:
    return any(name == one or name.startswith(f"{one}.") for one in banned)
