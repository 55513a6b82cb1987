"""The checked-in schemas and the AsyncAPI document are those of the classes, and say everything in both languages."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from shenguan_contracts import generate
from shenguan_contracts.asyncapi import asyncapi
from shenguan_contracts.catalogue import CATALOGUE, SERVICES, sayings
from shenguan_contracts.control import NOTES

CHINESE = re.compile(r"[\u4e00-\u9fff]")
SCHEMAS = {path: json.loads(text) for path, text in generate.generated().items() if path.endswith(".json")}


@pytest.fixture
def written(tmp_path: Path) -> Path:
    generate.write(tmp_path)
    return tmp_path


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from (value for name, value in node.items() if name == "$ref")
        node = list(node.values())
    if isinstance(node, list):
        for value in node:
            yield from references(value)


def test_the_checked_in_contracts_are_those_of_the_classes() -> None:
    assert generate.drifted() == []


@pytest.mark.slow
def test_what_is_generated_twice_is_the_same() -> None:
    assert generate.generated() == generate.generated()


@pytest.mark.slow
def test_each_way_of_drifting_is_one_clear_line(written: Path) -> None:
    (written / "schemas/approval/ApprovalIssued.v1.json").write_text("{}", "utf-8")
    (written / "schemas/notify/ObligationMet.v1.json").unlink()
    (written / "schemas/expert/Forgotten.v1.json").write_text("{}", "utf-8")

    assert generate.drifted(written) == [
        "schemas/approval/ApprovalIssued.v1.json: differs from the classes",
        "schemas/expert/Forgotten.v1.json: no class says it",
        "schemas/notify/ObligationMet.v1.json: missing",
    ]


@pytest.mark.slow
def test_writing_again_mends_every_drift(written: Path) -> None:
    (written / "asyncapi.yaml").unlink()
    (written / "schemas/expert/Forgotten.v1.json").write_text("{}", "utf-8")

    generate.write(written)

    assert generate.drifted(written) == []


def test_a_version_is_released_once(tmp_path: Path) -> None:
    folder = generate.release(tmp_path)

    assert "BusinessHoursSet.v1" in {path.stem for path in (folder / "notify").iterdir()}
    with pytest.raises(FileExistsError, match="raise the version"):
        generate.release(tmp_path)


def test_every_event_and_note_has_a_schema_of_its_own() -> None:
    assert len(SCHEMAS) == len(sayings()) + len(NOTES)
    assert {kind for _, kind in sayings()} == set(CATALOGUE)


@pytest.mark.parametrize("path", SCHEMAS)
def test_a_schema_explains_each_field_in_both_languages_and_closes_nothing(path: str) -> None:
    schema = SCHEMAS[path]
    fields = schema["properties"] | schema["properties"]["data"]["properties"]
    fields.pop("data")
    fields.pop("kind", None)

    Draft202012Validator.check_schema(schema)

    assert "additionalProperties" not in json.dumps(schema)
    assert CHINESE.search(schema["x-zh"])
    assert re.match(r"[A-Z]", schema["description"])
    for field in fields.values():
        assert field["description"]
        assert CHINESE.search(field["x-zh"])


@pytest.mark.parametrize("path", SCHEMAS)
def test_every_code_says_what_it_means(path: str) -> None:
    for codes in SCHEMAS[path].get("$defs", {}).values():
        if codes["type"] == "object":
            assert all(part["description"] and CHINESE.search(part["x-zh"]) for part in codes["properties"].values())
            continue
        assert set(codes["x-meanings"]) == set(codes.get("enum", codes.get("x-known")))


@pytest.mark.parametrize("path", SCHEMAS)
def test_every_example_is_one(path: str) -> None:
    for example in SCHEMAS[path].get("examples", []):
        assert not list(Draft202012Validator(SCHEMAS[path]).iter_errors(example))


def test_every_reference_of_the_document_leads_somewhere(written: Path) -> None:
    document = yaml.safe_load((written / "asyncapi.yaml").read_text("utf-8"))

    for reference in references(document):
        if reference.startswith("#/"):
            target: Any = document
            for step in reference[2:].split("/"):
                target = target[step]
        else:
            assert (written / reference).is_file()


def test_the_document_has_a_channel_per_topic_with_its_messages() -> None:
    channels = asyncapi()["channels"]

    assert {name: channel["address"] for name, channel in channels.items()} == {
        **{service: f"shenguan.{service}.v1" for service in SERVICES},
        "feed": "shenguan.feed.{department}.v1",
        "control": "shenguan.control.v1",
    }
    for service in SERVICES:
        assert len(channels[service]["messages"]) == len([1 for said_by, _ in sayings() if said_by == service])
    assert "approval.UnlistedPowerAttempted.v1" not in channels["feed"]["messages"]
    assert len(channels["control"]["messages"]) == len(NOTES)


def test_each_topic_is_said_and_heard_and_each_event_is_keyed_by_its_subject() -> None:
    document = asyncapi()

    actions = {(op["action"], op["channel"]["$ref"]) for op in document["operations"].values()}
    assert actions == {(act, f"#/channels/{name}") for act in ("send", "receive") for name in document["channels"]}
    for name, message in document["components"]["messages"].items():
        assert message["contentType"] == "application/cloudevents+json"
        assert CHINESE.search(message["x-zh"])
        assert name.startswith("control.") or message["bindings"]["kafka"]["key"]["type"] == "string"
