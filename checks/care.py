"""Are failures met where they can be mended, and do tests wait for what they mean instead of for a while?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from checks.findings import Finding
from checks.sources import Source

LOOPS = {
    "chassis/shenguan_chassis/http/bulk.py": "whatever a line raises is its verdict, in the words of problems.py",
    "chassis/shenguan_chassis/http/doors.py": "whatever a door raises, its caller is told, in the words of problems.py",
    "chassis/shenguan_chassis/loops.py": "keeps background work alive",
    "chassis/shenguan_chassis/relay.py": "outlives whatever bus and database do",
    "chassis/shenguan_chassis/inbox/consumer.py": "outlives whatever bus, database and reactions do",
    "chassis/shenguan_chassis/inbox/trying.py": "whatever a reaction raises is its outcome",
    "chassis/shenguan_chassis/control/talk.py": "outlives what one note led to",
    "chassis/shenguan_chassis/runtime.py": "whatever keeps a service from being ready, it is not ready",
}
"""Where everything may be caught, and why: the loops that must outlive any failure, and the probe of readiness."""

_ALL = frozenset({"Exception", "BaseException"})
_SLEEPS = frozenset({"time.sleep", "asyncio.sleep", "anyio.sleep"})


def caught_by_name(source: Source) -> Iterator[Finding]:
    """`except Exception` lives in the listed loops only; who tidies up and raises again catches nothing."""
    if source.is_test or source.path in LOOPS:
        return
    for node in source.nodes:
        if isinstance(node, ast.ExceptHandler) and _catches_all(node) and not _raises_again(node):
            remedy = "Name what is expected; the loops of the chassis meet the rest."
            yield source.finding(node, "broad-except", "everything is caught here", remedy)


def tests_do_not_sleep(source: Source) -> Iterator[Finding]:
    """A test waits until what it means is so: it may nap while that is not so, and `sleep(0)` only yields."""
    if not source.is_test:
        return
    calls = {id(node.func): node for node in source.nodes if isinstance(node, ast.Call)}
    naps = _naps_until_something(source)
    for node, name in source.spoken:
        if name in _SLEEPS and id(node) not in naps and not _only_yields(calls.get(id(node))):
            yield source.finding(node, "test-sleeps", f"{name} in a test", "Wait for the state that is meant.")


def tests_do_not_mock(source: Source) -> Iterator[Finding]:
    """Our own code is never replaced in a test: only the clock and the outside are."""
    if not source.is_test:
        return
    for node, name in source.spoken:
        if name.startswith("unittest.mock"):
            yield source.finding(node, "test-mocks", "a mock", "Use the real thing, or a fake of the outside.")


CARE = (caught_by_name, tests_do_not_sleep, tests_do_not_mock)


def _catches_all(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or (isinstance(kind, ast.Name) and kind.id in _ALL) for kind in kinds)


def _raises_again(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def _naps_until_something(source: Source) -> set[int]:
    """What stands in a `while` with a condition."""
    loops = [node for node in source.nodes if isinstance(node, ast.While) and not isinstance(node.test, ast.Constant)]
    return {id(node) for loop in loops for node in ast.walk(loop)}


def _only_yields(call: ast.Call | None) -> bool:
    return bool(call and call.args and isinstance(call.args[0], ast.Constant) and call.args[0].value == 0)
