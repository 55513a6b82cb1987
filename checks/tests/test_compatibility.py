"""A release binds: what breaks its readers is named by event, field and rule, unless all concerned agreed."""

import json
from pathlib import Path
from typing import Any

import pytest

from checks.compatibility import compatibility

GRANTED: dict[str, Any] = {"type": "object", "required": ["case_id"], "properties": {"case_id": {"type": "string"}}}
AGREED = """
[[agreed]]
event = "approval/CaseGranted.v1"
field = "case_id"
rule = "field-removed"
reason = "{reason}"
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    put(tmp_path, "released/0.1.0", GRANTED)
    put(tmp_path, "schemas", GRANTED)
    return tmp_path


def put(root: Path, folder: str, schema: dict[str, Any], event: str = "CaseGranted.v1") -> None:
    path = root / "contracts" / folder / "approval" / f"{event}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(schema), "utf-8")


def agree(root: Path, reason: str) -> None:
    (root / "contracts/released/agreed.toml").write_text(AGREED.format(reason=reason), "utf-8")


def test_what_was_released_and_is_still_said_binds_nobody_further(root: Path) -> None:
    put(root, "schemas", GRANTED | {"required": []}, "CaseGranted.v2")

    assert compatibility(root) == []


def test_a_break_names_event_field_rule_and_release(root: Path) -> None:
    put(root, "schemas", {"type": "object", "properties": {}})

    (finding,) = compatibility(root)

    assert str(finding).startswith(
        "contracts/schemas/approval/CaseGranted.v1.json:1: field-removed: case_id breaks release 0.1.0"
    )
    assert "next version" in finding.remedy


def test_an_event_of_a_release_stays_even_if_nobody_says_it_any_more(root: Path) -> None:
    (root / "contracts/schemas/approval/CaseGranted.v1.json").unlink()

    assert [finding.rule for finding in compatibility(root)] == ["event-removed"]


def test_each_release_binds(root: Path) -> None:
    put(root, "released/0.2.0", GRANTED | {"required": []})

    assert [(finding.rule, "0.2.0" in finding.what) for finding in compatibility(root)] == [("newly-required", True)]


def test_an_agreed_break_is_none(root: Path) -> None:
    put(root, "schemas", {"type": "object", "properties": {}})
    agree(root, "its only reader was never released")

    assert compatibility(root) == []


def test_an_agreement_without_a_reason_or_without_a_break_is_refused(root: Path) -> None:
    agree(root, "no longer needed")
    assert [finding.rule for finding in compatibility(root)] == ["agreed-for-nothing"]

    put(root, "schemas", {"type": "object", "properties": {}})
    agree(root, " ")
    assert [finding.rule for finding in compatibility(root)] == ["field-removed"]
