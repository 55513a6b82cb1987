"""What does an event look like on the wire? Its whole CloudEvents envelope with typed data, as JSON Schema 2020-12.

A schema tells a reader what it may rely upon. Fields it does not name are to be ignored: later editions may add them.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
import sys
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel

from .control import CONTROL_PREFIX
from .envelope import encode, urn
from .event import Event, type_of
from .samples import sample
from .types import OPEN_CODE, OpenCode

Schema = dict[str, Any]

UUID_PATTERN = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_REQUIRED = ("specversion", "id", "source", "type", "time", "datacontenttype")
_TEXT = {"type": "string"}


def envelope_schema(event: type[Event], service: str) -> Schema:
    """The schema of what `service` sends when it says `event`."""
    required = [*_REQUIRED, "subject", "sequence", *(["starts"] if event.starts else [])]
    schema = _envelope(event, f"{service}:{event.__name__}:v{event.version}", required, _attributes(event, service))
    return schema | {"examples": [_example(event, service)]}


def note_schema(note: type[BaseModel]) -> Schema:
    """The schema of a note on the control topic: it has no stream and no number."""
    own = {"type": described({"const": f"{CONTROL_PREFIX}.{note.__name__}.v1"}, "The note and its version.", "类型")}
    attributes = _common_attributes("[a-z]+") | own
    return _envelope(note, f"control:{note.__name__}:v1", list(_REQUIRED), attributes)


def _envelope(model: type[BaseModel], name: str, required: list[str], attributes: Schema) -> Schema:
    data = model.model_json_schema(mode="validation")
    codes = {name: _code_schema(model, name, found) for name, found in data.pop("$defs", {}).items()}
    chinese, english = both_languages(model.__doc__ or "")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:shenguan:schema:{name}",
        "title": model.__name__,
        "description": english,
        "x-zh": chinese,
        "type": "object",
        "required": [*required, "data"],
        "properties": {**attributes, "data": _data_schema(data)},
        **({"$defs": codes} if codes else {}),
    }


def both_languages(docstring: str) -> tuple[str, str]:
    """The Chinese term and the English promise of a docstring `<term>: <promise>`; all of it where there is no term."""
    text = " ".join(docstring.split())
    term, parted, promise = text.partition(": ")
    if not (parted and _CHINESE.search(term)):
        return text, text
    return term, promise[:1].upper() + promise[1:]


def described(schema: Schema, english: str, chinese: str) -> Schema:
    """The schema with its meaning in both languages."""
    return {**schema, "description": english, "x-zh": chinese}


def _example(event: type[Event], service: str) -> Any:
    said = encode(
        sample(event), source=urn("370302", service), sequence=1, time=datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
    )
    return json.loads(said)


def _common_attributes(service: str) -> Schema:
    source = _TEXT | {"pattern": f"^urn:shenguan:[0-9]{{6}}:{service}$"}
    return {
        "specversion": described({"const": "1.0"}, "CloudEvents 1.0.", "规范版本"),
        "id": described(_TEXT, "Unique per source.", "编号"),
        "source": described(source, "Who says it: the division's code and the service.", "来源"),
        "time": described(_TEXT | {"format": "date-time"}, "When it happened, UTC.", "发生时间"),
        "datacontenttype": described({"const": "application/json"}, "Data is JSON.", "数据格式"),
    }


def _attributes(event: type[Event], service: str) -> Schema:
    subject = f"{event.noun}/{UUID_PATTERN}"
    known = _TEXT | {"pattern": f"^{subject}#[1-9][0-9]*$"}
    number = _TEXT | {"pattern": "^[0-9]{10,18}$"}
    starts = {"const": True} if event.starts else {"type": "boolean"}
    return {
        **_common_attributes(service),
        "id": described(known, "`<subject>#<number>`: the same however often it is sent.", "事件编号"),
        "type": described({"const": type_of(event, service)}, "The event and its version.", "事件类型"),
        "subject": described(_TEXT | {"pattern": f"^{subject}$"}, "The stream; also the bus's key.", "事件流"),
        "sequence": described(
            number, "Its number in the stream of source and subject, from 1 without gap, zero-padded.", "流内序号"
        ),
        "feedsequence": described(number, "In a department's feed: its number in the feed, likewise.", "部门事件序号"),
        "audience": described(_TEXT, "Codes of the departments that may see it, joined by commas.", "可见部门"),
        "starts": described(starts, "True on a snapshot event: a stream may be read from here.", "快照标志"),
        "traceparent": described(_TEXT, "W3C trace context of the command that led to it.", "跟踪标识"),
    }


def _data_schema(data: Schema) -> Schema:
    fields = {name: _without_title(field) for name, field in data["properties"].items()}
    return {"type": "object", "required": data.get("required", []), "properties": fields}


def _without_title(field: Schema) -> Schema:
    return {name: value for name, value in field.items() if name != "title"}


def _code_schema(model: type[BaseModel], name: str, found: Schema) -> Schema:
    """A list of codes with what each means; an open one names the codes of this edition and admits later ones.

    A value with parts of its own, such as a quota, shows these instead.
    """
    kind = getattr(sys.modules[model.__module__], name)
    if issubclass(kind, BaseModel):
        return {
            **_without_title(found),
            "properties": {part: _without_title(one) for part, one in found["properties"].items()},
        }
    shown = {**_without_title(found), "x-meanings": _meanings(kind)}
    if issubclass(kind, OpenCode):
        shown["x-known"] = shown.pop("enum")
        shown["pattern"] = OPEN_CODE
    return shown


def _meanings(kind: type[StrEnum]) -> dict[str, str]:
    """What each code means: the docstrings under an enumeration's members, which only its source keeps."""
    (enumeration,) = (node for node in ast.parse(inspect.getsource(kind)).body if isinstance(node, ast.ClassDef))
    members = zip(enumeration.body, enumeration.body[1:], strict=False)
    return {
        ast.literal_eval(member.value): inspect.cleandoc(meaning.value.value)
        for member, meaning in members
        if isinstance(member, ast.Assign)
        and isinstance(meaning, ast.Expr)
        and isinstance(meaning.value, ast.Constant)
        and isinstance(meaning.value.value, str)
    }
