"""A page that leads nowhere is named with its line."""

from pathlib import Path

from checks.links import dead_links


def test_links_and_named_files_that_are_there_are_no_finding(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/rights.md").write_text("see [the README](../README.md#top) and `docs/rights.md`", "utf-8")
    (tmp_path / "README.md").write_text(
        "[rights](docs/rights.md), [elsewhere](https://example.org), `tests/bus/test_*.py`"
    )

    assert dead_links(tmp_path) == []


def test_what_leads_nowhere_is_named_with_page_and_line(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("first\n[gone](docs/gone.md) and `chassis/gone.py`", "utf-8")

    assert [(finding.path, finding.line, finding.what) for finding in dead_links(tmp_path)] == [
        ("README.md", 2, "docs/gone.md is not there"),
        ("README.md", 2, "chassis/gone.py is not there"),
    ]
