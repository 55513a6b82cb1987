"""What might such an event look like? One valid instance of each class, made from its own schema, always the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .event import Event

_DEPARTMENT = "fire"
_TEXTS: dict[str, str] = {
    "uuid": "0198c0de-0000-7000-8000-000000000001",
    "date-time": "2026-03-02T01:30:00Z",
    "date": "2026-03-02",
}


def sample(event: type[Event]) -> Event:
    """An instance of the class: every field filled, each value within its limits."""
    schema = event.model_json_schema(mode="validation")
    codes = schema.get("$defs", {})
    return event.model_validate({name: _value(field, codes) for name, field in schema["properties"].items()})


def _value(schema: dict[str, Any], codes: dict[str, Any]) -> Any:
    if "$ref" in schema:
        return _value(codes[schema["$ref"].rpartition("/")[2]], codes)
    if "anyOf" in schema:
        return _value(schema["anyOf"][0], codes)
    if "enum" in schema:
        return schema["enum"][0]
    return _BY_TYPE[schema["type"]](schema, codes)


def _text(schema: dict[str, Any], _: dict[str, Any]) -> str:
    if "pattern" in schema:
        return _DEPARTMENT
    return _TEXTS.get(schema.get("format", ""), "示例")


def _array(schema: dict[str, Any], codes: dict[str, Any]) -> list[Any]:
    return [_value(schema["items"], codes)]


def _integer(schema: dict[str, Any], _: dict[str, Any]) -> int:
    return int(schema.get("minimum", 1))


_BY_TYPE: dict[str, Callable[[dict[str, Any], dict[str, Any]], Any]] = {
    "string": _text,
    "array": _array,
    "integer": _integer,
    "boolean": lambda _, __: False,
    "object": lambda schema, codes: {name: _value(field, codes) for name, field in schema["properties"].items()},
}
