"""Which modules has the house, and what is each of them: a rule, a store, a test?

A slice is a folder of a service or of the kernel, one noun. Its files are the words of the grammar; any other module
in it is a worker, or a part of its rules (a value, an algorithm) and held to the same laws.
"""

from __future__ import annotations

import ast
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from io import StringIO
from pathlib import Path

from checks.findings import Finding
from checks.spoken_names import spoken

GRAMMAR = frozenset({"__init__", "rules", "store", "commands", "reactions", "views", "api"})
"""The files of a slice. Beside them may stand parts of its rules, and workers: what runs by itself, given a Runtime."""

_PACKAGES = (
    "contracts/shenguan_contracts",
    "chassis/shenguan_chassis",
    "kernel/shenguan_kernel",
    "services/*/*_svc",
    "launcher/shenguan_launcher",
    "checks",
)
_TESTS = ("*/tests", "services/*/tests", "tests")
_NOT_OURS = {"migrations", "__pycache__", "build"}


@dataclass(frozen=True)
class Source:
    """One module: its path below the root, its dotted name, and whether it is a test."""

    path: str
    name: str
    text: str
    is_test: bool = False

    @cached_property
    def tree(self) -> ast.Module:
        """The module's syntax."""
        return ast.parse(self.text, self.path)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Every node of the syntax."""
        return list(ast.walk(self.tree))

    @cached_property
    def spoken(self) -> list[tuple[ast.expr, str]]:
        """Every use of an imported thing, by its full dotted name."""
        return spoken(self.tree, self.package)

    @cached_property
    def comments(self) -> list[tuple[int, str]]:
        """Each comment with its line; only comments, nothing of a string."""
        tokens = tokenize.generate_tokens(StringIO(self.text).readline)
        return [(token.start[0], token.string) for token in tokens if token.type == tokenize.COMMENT]

    @property
    def package(self) -> str:
        """The package that its relative imports start from."""
        return self.name if self.path.endswith("__init__.py") else self.name.rpartition(".")[0]

    @property
    def layer(self) -> str:
        """The top folder: contracts, chassis, kernel, services, launcher, checks or tests."""
        return self.path.partition("/")[0]

    @property
    def slice(self) -> str | None:
        """The noun that the module belongs to, in a service or in the kernel."""
        parts = self.name.split(".")
        is_folder = len(parts) > 2 or self.path.endswith("__init__.py")
        return parts[1] if self.layer in {"services", "kernel"} and is_folder and len(parts) > 1 else None

    @property
    def word(self) -> str:
        """The file's name without its ending."""
        return Path(self.path).stem

    @property
    def is_rule(self) -> bool:
        """True of `rules.py` and of what stands beside it in no word of the grammar."""
        is_part = self.word == "rules" or (self.word not in GRAMMAR and not self.is_worker)
        return self.slice is not None and not self.is_test and is_part

    @property
    def is_worker(self) -> bool:
        """True of what runs by itself: a scheduler, a sender, a seeding."""
        return any(name == "shenguan_chassis.runtime.Runtime" for _, name in self.spoken)

    def finding(self, at: ast.AST | int, rule: str, what: str, remedy: str) -> Finding:
        """A finding in this module at a node or line."""
        line = at if isinstance(at, int) else getattr(at, "lineno", 1)
        return Finding(self.path, line, rule, what, remedy)


def read_sources(root: Path) -> list[Source]:
    """Every module of the product and its tests below `root`, by path; migrations are no modules of ours."""
    packages = [folder for pattern in _PACKAGES for folder in root.glob(pattern)]
    product = {
        path: _source(root, path, f"{folder.parent.relative_to(root).as_posix()}/", is_test=False)
        for folder in packages
        for path in _modules(folder)
    }
    tests = {
        path: _source(root, path, "", is_test=True)
        for pattern in _TESTS
        for folder in root.glob(pattern)
        for path in _modules(folder)
    }
    return sorted((product | tests).values(), key=lambda source: source.path)


def _modules(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*.py")) if _NOT_OURS.isdisjoint(path.parts))


def _source(root: Path, path: Path, above: str, *, is_test: bool) -> Source:
    below = path.relative_to(root).as_posix()
    name = below.removeprefix(above).removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return Source(below, name, path.read_text("utf-8"), is_test)
