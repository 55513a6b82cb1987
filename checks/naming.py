"""Does a file, a function or a class say what it is? The words of the grammar, no vague ones, and a docstring each."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from checks.findings import Finding
from checks.sources import Source

_VAGUE = frozenset({"util", "utils", "helper", "helpers", "manager", "managers", "common", "misc", "info"})
_VAGUE_IN_SLICES = _VAGUE | {"service", "services", "data", "models", "handlers"}
_VAGUE_CLASS = re.compile(r"(Manager|Helper|Utils?|Processor)$")
_UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
_TELLS_NO_EFFECT = ("handle_", "on_", "process_")


def says_its_question(source: Source) -> Iterator[Finding]:
    """Every module begins with the question it answers."""
    if not ast.get_docstring(source.tree):
        yield source.finding(1, "docstring", "the module has no docstring", "Say the question that it answers.")


def files_with_a_noun(source: Source) -> Iterator[Finding]:
    """No file hides behind a vague word."""
    if source.is_test:
        return
    vague = _VAGUE_IN_SLICES if source.slice else _VAGUE
    if source.word in vague:
        yield source.finding(1, "vague-file", f"{source.word}.py names no noun", "Name it after what it holds.")


def classes_with_a_noun(source: Source) -> Iterator[Finding]:
    """No Manager, Helper or Processor: a class is named after what it is."""
    for node in source.nodes:
        if isinstance(node, ast.ClassDef) and _VAGUE_CLASS.search(node.name):
            yield source.finding(node, "vague-class", f"{node.name} says not what it is", "Find the missing noun.")


def reactions_named_by_effect(source: Source) -> Iterator[Finding]:
    """A reaction is named after its effect, like a command."""
    if source.word != "reactions" or source.slice is None:
        return
    for node in source.nodes:
        if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef) and node.name.startswith(_TELLS_NO_EFFECT):
            yield source.finding(node, "reaction-name", f"{node.name} tells when, not what", "Name its effect.")


def nothing_unfinished(source: Source) -> Iterator[Finding]:
    """What is not done is an issue, not a comment."""
    for number, comment in source.comments:
        if mark := _UNFINISHED.search(comment):
            yield source.finding(number, "unfinished", f"a {mark[1]} is left", "Do it, or open an issue.")


NAMING = (
    says_its_question,
    files_with_a_noun,
    classes_with_a_noun,
    reactions_named_by_effect,
    nothing_unfinished,
)
