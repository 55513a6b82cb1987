"""A small house in a folder of its own, for planting what must be found."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from checks.grammar import judge
from checks.sources import read_sources

Plant = Callable[[str, str], None]
Judged = Callable[[str, str], list[tuple[int, str]]]


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    """Write a file below the root of the small house."""

    def _plant(path: str, text: str) -> None:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(dedent(text), "utf-8")

    return _plant


@pytest.fixture
def judged(tmp_path: Path, plant: Plant) -> Judged:
    """Line and rule of each finding in one module, planted with a docstring as its first line."""

    def _judged(path: str, text: str) -> list[tuple[int, str]]:
        plant(path, '"""What is it?"""\n' + dedent(text))
        (source,) = (source for source in read_sources(tmp_path) if source.path == path)
        return [(finding.line, finding.rule) for finding in judge(source)]

    return _judged
