"""A released field keeps its form for ever; what may come is an optional field. Each kind of break is planted once."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from checks.schema_breaks import WHY, Break, breaks

OLD: dict[str, Any] = {
    "$id": "urn:shenguan:schema:approval:CaseGranted:v1",
    "type": "object",
    "required": ["type", "data"],
    "properties": {
        "type": {"const": "cn.shenguan.approval.CaseGranted.v1"},
        "data": {
            "type": "object",
            "required": ["case_id", "days", "departments", "rule"],
            "properties": {
                "case_id": {"type": "string", "format": "uuid", "description": "The case."},
                "days": {"type": "integer", "minimum": 1, "maximum": 60},
                "name": {"anyOf": [{"type": "string", "maxLength": 20}, {"type": "null"}], "default": None},
                "departments": {"type": "array", "items": {"type": "string", "pattern": "^[a-z]+$"}, "minItems": 1},
                "rule": {"$ref": "#/$defs/Rule", "description": "How."},
                "deemed": {"type": "boolean", "default": False},
            },
        },
    },
    "$defs": {"Rule": {"type": "string", "enum": ["one", "two"]}},
}

Change = Callable[[dict[str, Any]], object]


def field(schema: dict[str, Any], name: str) -> Any:
    return schema["properties"]["data"]["properties"][name]


def after(change: Change) -> list[Break]:
    new = deepcopy(OLD)
    change(new)
    return breaks(OLD, new)


def data(schema: dict[str, Any]) -> Any:
    return schema["properties"]["data"]


PLANTED: list[tuple[str, str, Change]] = [
    ("data.days", "field-removed", lambda new: data(new)["properties"].pop("days")),
    ("data.name", "field-removed", lambda new: data(new)["properties"].pop("name")),
    ("data.deemed", "newly-required", lambda new: data(new)["required"].append("deemed")),
    ("data.later", "newly-required", lambda new: data(new)["required"].append("later")),
    ("data.days", "no-longer-required", lambda new: data(new)["required"].remove("days")),
    ("data.days", "type-changed", lambda new: field(new, "days").update(type="string")),
    ("data.case_id", "type-changed", lambda new: field(new, "case_id").update(format="date")),
    ("data.name", "type-narrowed", lambda new: field(new, "name")["anyOf"].pop()),
    ("data.name", "type-widened", lambda new: field(new, "name")["anyOf"].append({"type": "integer"})),
    ("data.rule", "code-added", lambda new: new["$defs"]["Rule"]["enum"].append("three")),
    ("data.rule", "code-removed", lambda new: new["$defs"]["Rule"]["enum"].remove("two")),
    ("data.rule", "constraint-loosened", lambda new: new["$defs"]["Rule"].pop("enum")),
    ("data.case_id", "constraint-tightened", lambda new: field(new, "case_id").update(enum=["x"])),
    ("data.days", "constraint-loosened", lambda new: field(new, "days").update(maximum=90)),
    ("data.days", "constraint-tightened", lambda new: field(new, "days").update(maximum=30)),
    ("data.days", "constraint-loosened", lambda new: field(new, "days").update(minimum=0)),
    ("data.days", "constraint-loosened", lambda new: field(new, "days").pop("minimum")),
    ("data.days", "constraint-tightened", lambda new: field(new, "days").update(multipleOf=5)),
    ("data.name", "constraint-tightened", lambda new: field(new, "name")["anyOf"][0].update(maxLength=10)),
    ("data.departments", "constraint-loosened", lambda new: field(new, "departments").pop("minItems")),
    (
        "data.departments[]",
        "constraint-tightened",
        lambda new: field(new, "departments")["items"].update(maxLength=9),
    ),
    ("data.deemed", "default-changed", lambda new: field(new, "deemed").update(default=True)),
    ("type", "value-changed", lambda new: new["properties"]["type"].update(const="cn.shenguan.approval.Granted.v1")),
]


@pytest.mark.parametrize(("where", "rule", "change"), PLANTED, ids=[f"{rule} {where}" for where, rule, _ in PLANTED])
def test_a_planted_break_is_found_by_field_and_rule(where: str, rule: str, change: Change) -> None:
    assert (where, rule) in {(found.field, found.rule) for found in after(change)}


def test_every_rule_is_planted() -> None:
    assert {rule for _, rule, _ in PLANTED} == set(WHY)


def test_a_renamed_field_is_a_removed_one() -> None:
    def rename(new: dict[str, Any]) -> None:
        data(new)["properties"]["limit"] = data(new)["properties"].pop("days")
        data(new)["required"][1] = "limit"

    assert {(found.field, found.rule) for found in after(rename)} == {
        ("data.days", "field-removed"),
        ("data.limit", "newly-required"),
    }


def test_a_pattern_that_became_another_breaks_both_readers() -> None:
    found = after(lambda new: field(new, "departments")["items"].update(pattern="^[a-z-]+$"))

    assert [broken.rule for broken in found] == ["constraint-loosened", "constraint-tightened"]


@pytest.mark.parametrize(
    "change",
    [
        lambda _: None,
        lambda new: data(new)["properties"].update(later={"type": "string", "default": ""}),
        lambda new: new["properties"].update(laterattribute={"type": "string"}),
        lambda new: field(new, "case_id").update({"description": "The case's id.", "x-zh": "办件"}),
        lambda new: new.update({"title": "CaseGranted", "examples": [{}], "$id": "another"}),
        lambda new: new["$defs"]["Rule"].update({"x-meanings": {"one": "First."}}),
        lambda new: new["$defs"].update(Unused={"type": "integer"}),
    ],
    ids=["nothing", "optional field", "optional attribute", "words", "title", "meanings", "definition"],
)
def test_what_adds_or_explains_breaks_nobody(change: Change) -> None:
    assert after(change) == []


def test_moving_a_type_behind_a_reference_breaks_nobody() -> None:
    def refer(new: dict[str, Any]) -> None:
        new["$defs"]["Days"] = data(new)["properties"].pop("days")
        data(new)["properties"]["days"] = {"$ref": "#/$defs/Days"}

    assert after(refer) == []
