"""What does an expression mean once the imports are followed? `dt.now` is `datetime.datetime.now` by any name."""

from __future__ import annotations

import ast


def spoken(tree: ast.Module, package: str) -> list[tuple[ast.expr, str]]:
    """Each use of something imported, outermost attribute first, by its full dotted name."""
    known = imported(tree, package)
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    found: list[tuple[ast.expr, str]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute) and id(node) not in inner and (name := _meant(node, known)):
            found.append((node, name))
    return found


def imported(tree: ast.Module, package: str) -> dict[str, str]:
    """Each name that the module imports, with what it means; relative imports start from `package`."""
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            known |= {alias.asname or alias.name.partition(".")[0]: _whole(alias) for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = origin(node, package)
            known |= {alias.asname or alias.name: f"{module}.{alias.name}" for alias in node.names}
    return known


def _whole(alias: ast.alias) -> str:
    return alias.name if alias.asname else alias.name.partition(".")[0]


def origin(node: ast.ImportFrom, package: str) -> str:
    """The module that a `from … import` names, relative ones from `package`."""
    if not node.level:
        return node.module or ""
    above = package.split(".")[: len(package.split(".")) - node.level + 1]
    return ".".join([*above, *([node.module] if node.module else [])])


def _meant(node: ast.expr, known: dict[str, str]) -> str | None:
    if isinstance(node, ast.Name):
        return known.get(node.id)
    if isinstance(node, ast.Attribute) and (owner := _meant(node.value, known)):
        return f"{owner}.{node.attr}"
    return None
