"""Which door is a request for? Found by walking the parts of its path, however many doors there are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar

D = TypeVar("D")


class _Node(Generic[D]):
    __slots__ = ("behind", "doors", "named")

    def __init__(self) -> None:
        self.named: dict[str, _Node[D]] = {}
        self.behind: _Node[D] | None = None
        self.doors: dict[str, tuple[D, tuple[str, ...]]] = {}


class WrongMethod(Exception):
    """The path is a door's, the method none of its own."""


class Table(Generic[D]):
    """Doors by method and path, such as `POST /cases/{case_id}/accept`; a part written out beats a parameter."""

    def __init__(self, doors: Iterable[tuple[str, str, D]]) -> None:
        self._root: _Node[D] = _Node()
        for method, path, door in doors:
            self._enter(method, path, door)

    def find(self, method: str, path: str) -> tuple[D, dict[str, str]] | None:
        """The door with the values of its path's parameters; None where the framework must look itself.

        Raises WrongMethod where the path is known, and none of its doors opens to the method.
        """
        node, values = self._root, []
        for part in path.split("/"):
            known = node.named.get(part)
            if known is None:
                known = node.behind
                if known is None or not part:
                    return None
                values.append(part)
            node = known
        found = node.doors.get(method)
        if found is None and node.doors:
            raise WrongMethod
        return None if found is None else (found[0], dict(zip(found[1], values, strict=True)))

    def _enter(self, method: str, path: str, door: D) -> None:
        node, names = self._root, []
        for part in path.split("/"):
            if not part.startswith("{"):
                node = node.named.setdefault(part, _Node())
                continue
            names.append(part[1:-1])
            node.behind = node.behind or _Node()
            node = node.behind
        node.doors.setdefault(method, (door, tuple(names)))
