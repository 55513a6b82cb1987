"""What does a refused caller read? An RFC 9457 problem document: the field, the rule and the next step, in Chinese.

This module alone maps kinds of refusal to HTTP. Nothing of the input is repeated, so nothing personal leaks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from asyncpg import (
    InsufficientResourcesError,
    InterfaceError,
    InternalClientError,
    OperatorInterventionError,
    PostgresConnectionError,
)
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from .. import logs, trace
from ..refusals import Refusal

_MEDIA_TYPE = "application/problem+json"

PLAIN = {
    400: ("malformed_request", "请求无法解析：请检查请求格式后重试。"),
    404: ("no_such_path", "没有这个地址：请对照接口文档核对路径。"),
    405: ("method_not_allowed", "该地址不支持此方法：请对照接口文档核对方法。"),
    406: ("not_acceptable", "无法按要求的格式应答：请接受 application/json。"),
    413: ("body_too_large", "请求内容过大：请拆分后分次提交。"),
    415: ("unsupported_media_type", "请求内容须为 JSON：请设置 Content-Type: application/json。"),
    500: (
        "internal_error",
        "系统内部错误：请凭同一 Idempotency-Key 稍后重试（不会重复办理），并报告追踪号。",
    ),
    503: ("unavailable", "服务暂不可用：请稍后凭同一 Idempotency-Key 重试。"),
}
"""What the doors say themselves, by status: code and text."""

_AWAY = (
    OSError,
    InterfaceError,
    InternalClientError,
    PostgresConnectionError,
    OperatorInterventionError,
    InsufficientResourcesError,
)
"""What a database that stops, starts, is full or cannot be reached looks like from here."""

_FIELD_FAULTS = {
    "missing": "缺少必填项：请补充该字段。",
    "extra_forbidden": "不认识的字段：请删除，或对照接口文档核对拼写。",
    "string_type": "须为文本：请改为字符串。",
    "string_too_short": "内容过短或为空：请补充。",
    "string_too_long": "内容过长：请精简。",
    "string_pattern_mismatch": "格式不符：请对照接口文档中的格式填写。",
    "int_type": "须为整数：请改正。",
    "int_parsing": "须为整数：请改正。",
    "bool_type": "须为 true 或 false：请改正。",
    "uuid_parsing": "编号格式不符：请使用系统返回的编号。",
    "enum": "不在可选值之列：请对照接口文档选择。",
    "literal_error": "不在可选值之列：请对照接口文档选择。",
    "datetime_parsing": "时间格式不符：请使用带时区的 ISO 8601 时间，如 2026-02-14T10:00:00+08:00。",
    "datetime_from_date_parsing": "时间格式不符：请使用带时区的 ISO 8601 时间，如 2026-02-14T10:00:00+08:00。",
    "timezone_aware": "时间缺少时区：请注明时区，如 +08:00。",
    "date_parsing": "日期格式不符：请使用 ISO 8601 日期，如 2026-02-14。",
    "date_from_datetime_parsing": "日期格式不符：请使用 ISO 8601 日期，如 2026-02-14。",
    "too_short": "数量不足：请补充。",
    "too_long": "数量过多：请减少。",
    "greater_than_equal": "数值过小：请改正。",
    "less_than_equal": "数值过大：请改正。",
    "model_attributes_type": "须为 JSON 对象：请改正请求内容。",
}


def problem(status: int, code: str, detail: str, **more: Any) -> Response:
    """A problem document; `detail` is 「what：what to do」."""
    title, _, next_step = detail.partition("：")
    document = {
        "type": f"/problems/{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
        **({"next_step": next_step} if next_step else {}),
        **{name: value for name, value in more.items() if value not in (None, "", {}, [])},
    }
    if found := trace.trace_id(trace.current.get()):
        document["trace"] = found
    headers = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": "1"}}.get(status, {})
    return Response(orjson.dumps(document, default=str), status, headers, _MEDIA_TYPE)


async def refused(_: Request, refusal: Exception) -> Response:
    """The law, or the identity, says no."""
    if not isinstance(refusal, Refusal):
        raise refusal
    return problem(
        refusal.status, refusal.code, refusal.detail(), rule=refusal.rule, field=refusal.field, facts=refusal.facts
    )


async def invalid(request: Request, error: Exception) -> Response:
    """The body or the query is not of the form the contract says: every fault at once (as ALL art. 32 asks of us)."""
    faults: Sequence[Any] = error.errors() if isinstance(error, RequestValidationError) else []
    if any(fault["type"] == "json_invalid" for fault in faults):
        return problem(400, "malformed_json", "请求内容不是合法的 JSON：请改正后重试。", instance=request.url.path)
    errors = [_fault(fault) for fault in faults]
    count = f"请求有 {len(errors)} 处不符合要求：请按 errors 逐项改正后一并重新提交。"
    return problem(422, "invalid_request", count, rule="接口约定", errors=errors, instance=request.url.path)


def _fault(fault: Mapping[str, Any]) -> dict[str, Any]:
    kind = fault["type"]
    own = kind not in _FIELD_FAULTS and any("\u4e00" <= letter <= "\u9fff" for letter in fault["msg"])
    detail = fault["msg"] if own else _FIELD_FAULTS.get(kind, "内容不符合要求：请对照接口文档改正。")
    place = [str(part) for part in fault["loc"]]
    return {
        "field": ".".join(place[1:]) or place[0],
        "in": place[0],
        "code": kind,
        "rule": fault.get("ctx", {}).get("rule", "接口约定"),
        "detail": detail,
        "next_step": detail.partition("：")[2],
    }


async def plain(request: Request, error: Exception) -> Response:
    """What the framework refuses: no such path, method, media type."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    code, detail = PLAIN.get(status, ("refused", "请求被拒绝：请对照接口文档核对。"))
    return problem(status, code, detail, instance=request.url.path)


async def away(request: Request, error: Exception) -> Response:
    """The database is away: one line in the log, and a caller who comes again finds what became of the command."""
    if isinstance(error, ValueError):  # asyncpg's word for a value that PostgreSQL cannot hold
        return await broken(request, error)
    logs.log().warning("database away", path=request.url.path, error=type(error).__name__)
    code, detail = PLAIN[503]
    return problem(503, code, detail, instance=request.url.path)


async def broken(request: Request, error: Exception) -> Response:
    """Ours: logged with its trace, told without detail."""
    logs.log().error("request failed", path=request.url.path, error=type(error).__name__, exc_info=error)
    code, detail = PLAIN[500]
    return problem(500, code, detail, instance=request.url.path)


def install(app: FastAPI) -> None:
    """Let every kind of failure answer with a problem document."""
    app.add_exception_handler(Refusal, refused)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, plain)
    for kind in _AWAY:
        app.add_exception_handler(kind, away)
    app.add_exception_handler(Exception, broken)
