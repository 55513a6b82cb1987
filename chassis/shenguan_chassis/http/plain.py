"""What do the doors say themselves, before any rule is asked? One refusal for each status of HTTP that they use."""

from __future__ import annotations

from typing import Final

from ..refusals import Refusal


class MalformedRequest(Refusal, status=400, rule="RFC 9110"):
    """请求无法解析：请检查请求行、请求头与编码后重试；不可重复的请求头只能出现一次。"""


class MalformedJson(Refusal, status=400, rule="RFC 8259"):
    """请求内容不是合法的 JSON：请改正后重试。"""


class NoSuchPath(Refusal, status=404, rule="RFC 9110"):
    """没有这个地址：请对照接口文档核对路径。"""


class MethodNotAllowed(Refusal, status=405, rule="RFC 9110"):
    """该地址不支持此方法：请按应答头 Allow 所列方法重试。"""


class NotAcceptable(Refusal, status=406, rule="RFC 9110"):
    """无法按要求的格式应答：请在 Accept 中接受该地址提供的格式，一般为 application/json。"""


class RequestTimedOut(Refusal, status=408, rule="RFC 9110"):
    """请求未在规定时间内发送完毕：请检查网络后，凭同一 Idempotency-Key 重新发送。"""


class BodyTooLarge(Refusal, status=413, rule="RFC 9110"):
    """请求内容过大：请拆分后分次提交，大批量请使用批量接口。"""


class UrlTooLong(Refusal, status=414, rule="RFC 9110"):
    """地址过长：请减少查询参数后重试。"""


class UnsupportedMediaType(Refusal, status=415, rule="RFC 9110"):
    """请求内容须为未压缩的 UTF-8 JSON：请设置 Content-Type: application/json，不要设置 Content-Encoding。"""


class InvalidRequest(Refusal, status=422, rule="接口约定"):
    """请求不符合要求：请按 errors 逐项改正后一并重新提交。"""


class TooManyRequests(Refusal, status=429, rule="RFC 6585"):
    """请求过于频繁：请按应答头 Retry-After 所示秒数等待后，凭同一 Idempotency-Key 重试。"""


class HeadersTooLarge(Refusal, status=431, rule="RFC 6585"):
    """请求头过多或过长：请删减请求头后重试。"""


class InternalError(Refusal, status=500):
    """系统内部错误：请凭同一 Idempotency-Key 稍后重试（不会重复办理），并报告追踪号。"""


class Unavailable(Refusal, status=503):
    """服务暂不可用：请按应答头 Retry-After 所示秒数等待后，凭同一 Idempotency-Key 重试（不会重复办理）。"""


class Overloaded(Refusal, status=503):
    """服务繁忙，暂时无法办理：请按应答头 Retry-After 所示秒数等待后，凭同一 Idempotency-Key 重试（不会重复办理）。"""


PLAIN: Final[dict[int, type[Refusal]]] = {
    400: MalformedRequest,
    404: NoSuchPath,
    405: MethodNotAllowed,
    406: NotAcceptable,
    408: RequestTimedOut,
    413: BodyTooLarge,
    414: UrlTooLong,
    415: UnsupportedMediaType,
    422: InvalidRequest,
    429: TooManyRequests,
    431: HeadersTooLarge,
    500: InternalError,
    503: Unavailable,
}
"""By status: what the framework refuses is told in these words."""

EVERYWHERE: Final = (
    MalformedRequest,
    NotAcceptable,
    RequestTimedOut,
    UrlTooLong,
    TooManyRequests,
    HeadersTooLarge,
    InternalError,
    Unavailable,
    Overloaded,
)
"""What any door may answer, whatever lies behind it."""
