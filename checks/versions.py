"""Is there one version, and does the changelog's top speak of it?"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from checks.findings import Finding

_TOP = re.compile(r"^## \[?(\d+\.\d+\.\d+)", re.MULTILINE)


def versions(root: Path) -> list[Finding]:
    """Distributions of different versions, and a changelog whose top is another."""
    projects = sorted([*root.glob("*/pyproject.toml"), *root.glob("services/*/pyproject.toml")])
    found = {path: tomllib.loads(path.read_text("utf-8"))["project"]["version"] for path in projects}
    newest = max(found.values(), default="", key=_numbers)
    behind = [
        Finding(path.relative_to(root).as_posix(), 1, "version", f"{version} is not {newest}", "All go together.")
        for path, version in found.items()
        if version != newest
    ]
    return [*behind, *_changelog(root / "CHANGELOG.md", newest)]


def _numbers(version: str) -> list[int]:
    return [int(number) for number in version.split(".")]


def _changelog(path: Path, version: str) -> list[Finding]:
    top = _TOP.search(path.read_text("utf-8")) if path.is_file() else None
    if top and top[1] == version:
        return []
    what = f"its top is {top[1] if top else 'missing'}, the version is {version}"
    return [Finding(path.name, 1, "changelog", what, "Say what is new, under the version.")]
