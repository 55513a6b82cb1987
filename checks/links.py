"""Do the pages lead somewhere? Every relative link and every file that a page names by its path is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from checks.findings import Finding

_LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")
_NAMED = re.compile(
    r"`((?:contracts|chassis|kernel|services|launcher|checks|tests|bench|docs|requirements|deploy)/[\w./-]+)`"
)


def dead_links(root: Path) -> list[Finding]:
    """Each link, and each path in backticks, that leads nowhere; a path with `*` or `…` in it is not meant to."""
    pages = [*root.glob("*.md"), *(root / "docs").rglob("*.md")]
    return [finding for page in sorted(pages) for finding in _of_page(root, page)]


def _of_page(root: Path, page: Path) -> Iterator[Finding]:
    below = page.relative_to(root).as_posix()
    for number, line in enumerate(page.read_text("utf-8").splitlines(), 1):
        led = [(target, page.parent) for target in _LINK.findall(line)]
        named = [(target, root) for target in _NAMED.findall(line)]
        for target, start in led + named:
            if not (start / target).exists():
                yield Finding(below, number, "dead-link", f"{target} is not there", "Name what is.")
