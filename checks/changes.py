"""Does every command at a door create something or name what it changes? Only then can a version be asked for."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from checks.findings import Finding
from checks.sources import Source

_CREATED = 201
_OTHERS = frozenset({"operate", "unmasked", "handed_out", "give_each"})
"""Acts on the machinery itself, readings on record, and lists of commands whose lines name what each changes."""


def commands_create_or_name(source: Source) -> Iterator[Finding]:
    """A POST that says 201 creates and says where; any other names the aggregate that its path names."""
    if source.is_test:
        return
    for node in source.nodes:
        if isinstance(node, ast.AsyncFunctionDef) and (door := _post(node)) is not None:
            yield from _judged(source, node, creates=_keyword(door, "status_code") == _CREATED)


CHANGES = (commands_create_or_name,)


def _judged(source: Source, endpoint: ast.AsyncFunctionDef, *, creates: bool) -> Iterator[Finding]:
    calls = [node for node in ast.walk(endpoint) if isinstance(node, ast.Call)]
    given = [call for call in calls if _method(call) == "give"]
    if not given and not any(_method(call) in _OTHERS for call in calls):
        yield source.finding(endpoint, "unknown-command", "no command is given here", "Hand it on with call.give(…).")
    for call in given:
        named = {keyword.arg for keyword in call.keywords}
        if creates and (_keyword(call, "status") != _CREATED or "at" not in named):
            yield source.finding(call, "unplaced-creation", "201 without its place", "Say status=201 and at=….")
        if not creates and "changes" not in named:
            remedy = "Say changes=<the aggregate of the path>, and key= where it is not the first argument."
            yield source.finding(call, "unnamed-change", "what is changed is not named", remedy)


def _post(endpoint: ast.AsyncFunctionDef) -> ast.Call | None:
    doors = (door for door in endpoint.decorator_list if isinstance(door, ast.Call))
    return next((door for door in doors if _method(door) == "post"), None)


def _method(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _keyword(call: ast.Call, name: str) -> object:
    values = (keyword.value for keyword in call.keywords if keyword.arg == name)
    return next((value.value for value in values if isinstance(value, ast.Constant)), None)
