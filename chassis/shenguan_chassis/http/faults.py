"""What is wrong with one field of a request? Where it is, which rule it breaks and what to do, in Chinese.

Nothing of what was entered is repeated: it may be somebody's number. A field's own name is, but for numbers in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ..personal.texts import masked

_INSTANT = "时间格式不符：请使用带时区的 ISO 8601 时间，如 2026-02-14T10:00:00+08:00。"
_DAY = "日期格式不符：请使用 ISO 8601 日期，如 2026-02-14。"
_HOUR = "时刻格式不符：请使用 ISO 8601 时刻，如 17:00。"
_WHOLE = "须为整数：请改正。"
_NUMBER = "须为数值：请改正。"
_TEXT = "须为文本：请改为字符串。"
_LIST = "须为数组：请改为 JSON 数组。"
_OBJECT = "须为 JSON 对象：请改正请求内容。"
_ID = "编号格式不符：请使用系统返回的编号。"
_CHOICE = "不在可选值之列：请对照接口文档选择。"
_TRUTH = "须为 true 或 false：请改正。"
_OTHER = "内容不符合要求：请对照接口文档改正。"

_SAYINGS: Final = {
    "missing": "缺少必填项：请补充该字段。",
    "extra_forbidden": "不认识的字段：请删除，或对照接口文档核对拼写。",
    "string_type": _TEXT,
    "string_sub_type": _TEXT,
    "string_unicode": "文本不是合法的 Unicode：请改用 UTF-8 编码的文字。",
    "string_too_short": "内容过短或为空：请补充。",
    "string_too_long": "内容过长：请精简。",
    "string_pattern_mismatch": "格式不符：请对照接口文档中的格式填写。",
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing_size": "数值过大：请改正。",
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "decimal_type": _NUMBER,
    "decimal_parsing": _NUMBER,
    "finite_number": "数值须有限：请改正。",
    "bool_type": _TRUTH,
    "bool_parsing": _TRUTH,
    "list_type": _LIST,
    "tuple_type": _LIST,
    "set_type": _LIST,
    "dict_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "uuid_type": _ID,
    "uuid_parsing": _ID,
    "uuid_version": _ID,
    "enum": _CHOICE,
    "literal_error": _CHOICE,
    "datetime_type": _INSTANT,
    "datetime_parsing": _INSTANT,
    "datetime_object_invalid": _INSTANT,
    "datetime_from_date_parsing": _INSTANT,
    "timezone_aware": "时间缺少时区：请注明时区，如 +08:00。",
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
    "time_type": _HOUR,
    "time_parsing": _HOUR,
    "too_short": "数量不足：请补充。",
    "too_long": "数量过多：请减少。",
    "greater_than": "数值过小：请改正。",
    "greater_than_equal": "数值过小：请改正。",
    "less_than": "数值过大：请改正。",
    "less_than_equal": "数值过大：请改正。",
}

_RULES: Final = {
    "min_length": "至少 {}",
    "max_length": "至多 {}",
    "ge": "不小于 {}",
    "gt": "大于 {}",
    "le": "不大于 {}",
    "lt": "小于 {}",
    "pattern": "格式 {}",
    "expected": "可选值 {}",
}
"""What a constraint asks, in words; the constraint is ours, so it may be told."""


def fault(found: Mapping[str, Any]) -> dict[str, Any]:
    """One entry of `errors`, from what pydantic found.

    `pointer` is the JSON pointer of a body's field (RFC 6901, as a URI fragment), `field` the same with dots.
    """
    kind, place = found["type"], [masked(str(part)) for part in found["loc"]] or ["body"]
    detail = _saying(kind, found["msg"])
    pointer = {"pointer": "#" + "".join(f"/{_escaped(part)}" for part in place[1:])} if place[0] == "body" else {}
    return {
        **pointer,
        "field": ".".join(place[1:]) or place[0],
        "in": place[0],
        "code": kind,
        "rule": _rule(found.get("ctx", {})),
        "detail": detail,
        "next_step": detail.partition("：")[2],
    }


def _saying(kind: str, message: str) -> str:
    """A type of our own brings its own Chinese words; what it says is text of the code, never of the caller."""
    own = kind not in _SAYINGS and any("\u4e00" <= letter <= "\u9fff" for letter in message)
    return message if own else _SAYINGS.get(kind, _OTHER)


def _rule(context: Mapping[str, Any]) -> str:
    if "rule" in context:
        return str(context["rule"])
    asked = [words.format(context[name]) for name, words in _RULES.items() if name in context]
    return "；".join(asked) or "接口约定"


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")
