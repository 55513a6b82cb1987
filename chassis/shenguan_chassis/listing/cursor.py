"""Where did a page end? An opaque word that only we can write, good for the list, filters and order it came from.

Base64 of a 16-byte HMAC-SHA256 and the last row's key as JSON. What the word is good for is part of what is signed, not
of the word: an edited one and one of another list look alike, and both are refused.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson

from ..keys import Keys
from ..refusals import Refusal

PURPOSE = "cursor"
_TAG = 16


class BadCursor(Refusal, status=422, rule="分页", field="after"):
    """分页位置无法识别，或不属于这一列表、筛选和排序：请使用上一页返回的 next，或不带 after 从第一页开始。"""


def cursor(keys: Keys, bound_to: bytes, values: Sequence[Any]) -> str:
    """The word for the place behind a row whose sort columns have these values."""
    payload = orjson.dumps(list(values), default=str)
    return base64.urlsafe_b64encode(_tag(keys.of(PURPOSE), bound_to, payload) + payload).decode().rstrip("=")


def place(keys: Keys, bound_to: bytes, word: str, kinds: Sequence[type[Any]]) -> list[Any]:
    """The values that a word names, each of its kind or None; raises BadCursor."""
    try:
        raw = base64.urlsafe_b64decode(word + "=" * (-len(word) % 4))
    except (binascii.Error, ValueError):
        raise BadCursor from None
    tag, payload = raw[:_TAG], raw[_TAG:]
    if not any(hmac.compare_digest(tag, _tag(key, bound_to, payload)) for key in keys.all_of(PURPOSE).values()):
        raise BadCursor
    return [_typed(value, kind) for value, kind in zip(orjson.loads(payload), kinds, strict=True)]


def _tag(key: bytes, bound_to: bytes, payload: bytes) -> bytes:
    """`bound_to` is a digest of fixed length, so no two pairs run together into one text."""
    return hmac.digest(key, bound_to + payload, "sha256")[:_TAG]


def _typed(value: Any, kind: type[Any]) -> Any:
    """A signed value is of its kind: we wrote it."""
    if value is None:
        return None
    if kind is UUID:
        return UUID(value)
    return kind.fromisoformat(value) if kind in (datetime, date) else value
