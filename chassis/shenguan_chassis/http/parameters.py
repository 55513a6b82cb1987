"""What is given beside the body? The parameters of an operation as the API reference shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from fastapi.routing import APIRoute

from .examples import example

_KEY: Final[dict[str, Any]] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "本次请求的唯一键，由调用方生成：同一键、同一内容重试得到首次的应答；保留至少 7 天。",
    "schema": {"type": "string", "pattern": "^[\\x21-\\x7e]{1,128}$"},
    "example": "0198c0de-0000-7000-8000-00000000000a",
}
_IF_MATCH: Final[dict[str, Any]] = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "要更改的版本：上次应答的 ETag；* 表示无论哪个版本。",
    "schema": {"type": "string", "pattern": '^(\\*|"(0|[1-9][0-9]{0,8})")$'},
    "example": '"1"',
}


def described(parameter: dict[str, Any], tag: str, schemas: Mapping[str, Any]) -> dict[str, Any]:
    """A parameter with its words, an example, and a schema of what can be said in a URL (where null cannot)."""
    schema = _spoken(parameter["schema"])
    told = {**parameter, "schema": schema, "example": example(schema, schemas)}
    if told["example"] is None:
        del told["example"]
    if "description" not in told and schema.get("format") == "uuid":
        told["description"] = f"{tag}：系统返回的编号。"
    return told


def _spoken(schema: Mapping[str, Any]) -> dict[str, Any]:
    rest = {name: value for name, value in schema.items() if name not in ("anyOf", "default")}
    if "default" in schema and schema["default"] is not None:
        rest["default"] = schema["default"]
    choices = [choice for choice in schema.get("anyOf", []) if choice.get("type") != "null"]
    if len(choices) == 1:
        return {**choices[0], **rest}
    return {**rest, **({"anyOf": choices} if choices else {})}


def given_headers(route: APIRoute, words: set[str]) -> Iterator[dict[str, Any]]:
    """The headers that a POST needs; `words` are the names that its endpoint uses."""
    if "POST" not in (route.methods or ()):
        return
    yield _KEY
    if "changes" in words:
        yield {**_IF_MATCH, "required": "key" not in words}
