"""Are the generated pages of docs/ those of the code?"""

from __future__ import annotations

from pathlib import Path

from checks.arrows_page import arrows_page
from checks.duties_page import duties_page
from checks.facts import House
from checks.findings import Finding
from checks.openapi import documents
from checks.problems_page import problems_page
from checks.rights_page import rights_page
from checks.transitions_page import transitions_page

PAGES = {
    "docs/arrows.md": arrows_page,
    "docs/duties.md": duties_page,
    "docs/problems.md": problems_page,
    "docs/rights.md": rights_page,
    "docs/transitions.md": transitions_page,
}
_MARK = "<!-- Generated from the code by `make contracts`: do not edit. -->\n"


def drifted_pages(house: House, root: Path) -> list[Finding]:
    """Each page that is not as the code says."""
    return [
        Finding(path, 1, "drift", "differs from the code", "Run `make contracts`.")
        for path, text in _written(house).items()
        if not (root / path).is_file() or (root / path).read_text("utf-8") != text
    ]


def write_pages(house: House, root: Path) -> None:
    """Write every page anew."""
    for path, text in _written(house).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")


def _written(house: House) -> dict[str, str]:
    """Every generated file of docs/ with its text."""
    return {path: _MARK + page(house) for path, page in PAGES.items()} | documents(house)
