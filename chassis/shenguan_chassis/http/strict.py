"""What is JSON to us? What two readers cannot understand differently, and what PostgreSQL can hold; nothing else.

A parser forgives much: of two equal keys it keeps one, it reads NaN, it takes an escape that is no character. Each of
these lets what was checked differ from what is stored, or from what the sender signed, so each is refused here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from math import isfinite
from typing import Any, Final, Protocol
from urllib.parse import unquote_to_bytes

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from ..refusals import Refusal
from .plain import MalformedJson

DEEPEST: Final = 32
"""How many brackets may be open at once."""
_NUL_ESCAPE = b"\\u0000"
_STRING_OR_BRACKET = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
_NUL_FAULT = "文本含有空字符（NUL）：请删除该字符后重新提交。"


class EmptyBody(Refusal, status=400, rule="接口约定"):
    """请求没有内容：请对照接口文档，以 JSON 提交该操作所需的字段。"""


class DuplicateKey(Refusal, status=400, rule="RFC 7493 §2.3"):
    """同一对象中有重复的字段：每个字段只写一次，请删除多余的一个。"""


class NestedTooDeep(Refusal, status=400, rule="接口约定"):
    """请求内容嵌套过深：最多 32 层，请对照接口文档改正。"""


class NumberOutOfRange(Refusal, status=400, rule="RFC 7493 §2.2"):
    """请求内容中有超出范围的数：不接受 NaN、Infinity 和位数过多的数，请改正。"""


class MalformedAddress(Refusal, status=400, rule="RFC 3986"):
    """地址中有不能识别的字符：路径和查询参数须为 UTF-8 编码，且不含空字符，请改正。"""


class Reads(Protocol):
    """What reads a value from JSON: a pydantic model's validator."""

    def validate_json(self, raw: bytes, *, strict: bool) -> Any:
        """The value; raises ValidationError."""


def read(raw: bytes, form: Reads) -> Any:
    """The value of a body; raises the refusals above, or RequestValidationError with every fault at once."""
    check_json(raw)
    faults = [*nul_characters(raw)]
    try:
        value = form.validate_json(raw, strict=True)
    except ValidationError as invalid:
        found = invalid.errors(include_url=False, include_input=False)
        if found[0]["type"] == "json_invalid":  # an escape that is no character
            raise MalformedJson from None
        faults += _beside(faults, [{**fault, "loc": ("body", *fault["loc"])} for fault in found])
    if faults:
        raise RequestValidationError(faults)
    return value


def _beside(faults: list[Any], more: list[Any]) -> list[Any]:
    """A place is named once: what else is wrong with a text that holds a NUL is seen when that is mended."""
    named = {fault["loc"] for fault in faults}
    return [fault for fault in more if fault["loc"] not in named]


def check_json(raw: bytes) -> None:
    """Raise the refusal for bytes that are no JSON, or that two readers may understand differently."""
    if not raw or raw.isspace():
        raise EmptyBody
    if raw.count(b"[") + raw.count(b"{") > DEEPEST and _depth_exceeded(raw):
        raise NestedTooDeep
    _parsed(raw)


def nul_characters(raw: bytes) -> Iterator[dict[str, Any]]:
    """A fault for each text with a NUL, which PostgreSQL cannot hold; raw control characters are no JSON at all."""
    if _NUL_ESCAPE in raw:
        yield from ({"type": "nul_character", "loc": place, "msg": _NUL_FAULT} for place in _nuls(_parsed(raw)))


def check_address(raw_path: bytes, query: bytes) -> None:
    """Raise MalformedAddress for escapes that are no text."""
    if b"%" not in raw_path and b"%" not in query:
        return
    for part in (raw_path, query):
        try:
            text = unquote_to_bytes(part).decode()
        except UnicodeDecodeError:
            raise MalformedAddress from None
        if "\x00" in text:
            raise MalformedAddress


def _parsed(raw: bytes) -> Any:
    try:
        return _DECODER.decode(raw.decode())
    except (UnicodeDecodeError, json.JSONDecodeError):
        raise MalformedJson from None
    except ValueError:  # more digits than Python reads
        raise NumberOutOfRange from None


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise DuplicateKey
    return found


def _float(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise NumberOutOfRange
    return number


def _constant(_: str) -> float:
    raise NumberOutOfRange


_DECODER = json.JSONDecoder(object_pairs_hook=_each_once, parse_float=_float, parse_constant=_constant)


def _depth_exceeded(raw: bytes) -> bool:
    depth = 0
    for token in _STRING_OR_BRACKET.finditer(raw):
        first = raw[token.start()]
        if first in b"[{":
            depth += 1
            if depth > DEEPEST:
                return True
        elif first in b"]}":
            depth -= 1
    return False


def _nuls(value: Any, place: tuple[str | int, ...] = ("body",)) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, str) and "\x00" in value:
        yield place
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _nuls(inner, (*place, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _nuls(inner, (*place, number))
