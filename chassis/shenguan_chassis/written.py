"""What is an instant or a day in an address? One written out (ISO 8601); a bare number counts from nowhere."""

from __future__ import annotations

import re
from typing import Any, Final

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

_BEGINS_AS_A_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def _written_out(given: Any) -> Any:
    if isinstance(given, str) and _BEGINS_AS_A_DAY.match(given) is None:
        raise PydanticCustomError(
            "not_written_out", "日期或时间格式不符：请使用 ISO 8601，如 2026-02-14T10:00:00+08:00。"
        )
    return given


WRITTEN_OUT: Final = BeforeValidator(_written_out)
"""For dates and instants that come as text; pydantic would read `0.5` as a moment of 1970."""
