"""What does such a value look like? One example for a JSON Schema, made of the examples its fields give themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Schema = Mapping[str, Any]
Schemas = Mapping[str, Schema]

_TEXTS = {
    "uuid": "0198c0de-0000-7000-8000-000000000001",
    "date-time": "2026-03-02T09:30:00+08:00",
    "date": "2026-03-02",
    "time": "17:00:00",
}


def example(schema: Schema, schemas: Schemas) -> Any:
    """A value that fits; `schemas` are the document's own, which a `$ref` names."""
    if "$ref" in schema:
        return example(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    for said in ("const", "default"):
        if schema.get(said) is not None:
            return schema[said]
    for several in ("examples", "enum"):
        if schema.get(several):
            return schema[several][0]
    for choice in ("anyOf", "oneOf", "allOf"):
        if schema.get(choice):
            return example(next(one for one in schema[choice] if one.get("type") != "null"), schemas)
    return _BY_TYPE.get(_kind(schema), _anything)(schema, schemas)


def _kind(schema: Schema) -> str:
    kind = schema.get("type", "")
    return str(next(one for one in kind if one != "null") if isinstance(kind, list) else kind)


def _text(schema: Schema, _: Schemas) -> str:
    least: int = schema.get("minLength", 1)
    return _TEXTS.get(schema.get("format", ""), "示例" * max(1, (least + 1) // 2))


def _array(schema: Schema, schemas: Schemas) -> list[Any]:
    if "prefixItems" in schema:
        return [example(item, schemas) for item in schema["prefixItems"]]
    return [example(schema["items"], schemas)] if schema.get("items") else []


def _object(schema: Schema, schemas: Schemas) -> dict[str, Any]:
    return {name: example(field, schemas) for name, field in schema.get("properties", {}).items()}


def _number(schema: Schema, _: Schemas) -> int:
    return int(schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1))


def _anything(_: Schema, __: Schemas) -> None:
    return None


_BY_TYPE: dict[str, Callable[[Schema, Schemas], Any]] = {
    "string": _text,
    "array": _array,
    "object": _object,
    "integer": _number,
    "number": _number,
    "boolean": lambda _, __: False,
}
