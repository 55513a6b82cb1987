"""All distributions go together, and the changelog's top speaks of what is there."""

from pathlib import Path

import pytest

from checks.versions import versions


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for folder in ("contracts", "services/approval-svc"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "pyproject.toml").write_text('[project]\nversion = "0.10.0"\n', "utf-8")
    (tmp_path / "CHANGELOG.md").write_text("# Changelog\n\n## [0.10.0]\n\n## [0.9.0]\n", "utf-8")
    return tmp_path


def test_one_version_and_a_changelog_that_speaks_of_it_are_in_order(root: Path) -> None:
    assert versions(root) == []


def test_a_distribution_left_behind_is_named(root: Path) -> None:
    (root / "contracts/pyproject.toml").write_text('[project]\nversion = "0.9.0"\n', "utf-8")

    assert [(finding.path, finding.what) for finding in versions(root)] == [
        ("contracts/pyproject.toml", "0.9.0 is not 0.10.0")
    ]


@pytest.mark.parametrize(("text", "top"), [("## [0.9.0]\n", "0.9.0"), ("# Changelog\n", "missing")])
def test_a_changelog_that_speaks_of_another_version_is_named(root: Path, text: str, top: str) -> None:
    (root / "CHANGELOG.md").write_text(text, "utf-8")

    (finding,) = versions(root)

    assert finding.what == f"its top is {top}, the version is 0.10.0"
