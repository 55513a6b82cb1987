"""What does a caller read before calling? The OpenAPI 3.1 document of a service, with every header and every error.

What FastAPI reads from the signatures is kept. Added is what the house does for all doors alike (token, key, ETag), and
which refusals the code behind each door leads to (`reach`), each with its problem document as an example.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from fastapi import FastAPI
from fastapi.routing import APIRoute

from ..deciding import NotAllowed
from ..desk import Desk
from ..identity.refusals import KeysUnreachable, Unauthenticated
from ..preconditions import IfMatchRequired, StaleEtag
from ..refusals import Refusal
from ..service import Service
from .call import _Call, _call
from .door import SAID_BY_EVERY_DOOR
from .examples import example
from .parameters import described, given_headers
from .plain import EVERYWHERE, BodyTooLarge, InvalidRequest, NoSuchPath, UnsupportedMediaType
from .problems import LANGUAGE, MEDIA_TYPE, document
from .reach import Reached, reached
from .strict import check_address
from .urls import CleanUrls

_ABOUT = """\
除公开查询外，每个请求在 Authorization 请求头中以 Bearer 方式携带令牌。
每个 POST 须带 Idempotency-Key：以同一键、同一内容重试，得到首次的应答。
更改已有对象须带 If-Match（上次应答的 ETag，或 *）。列表按页返回，以 next 翻页。

出错时返回 application/problem+json（RFC 9457）：code 供程序判断，detail 说明原因与下一步，
rule 写明依据；422 的 errors 一次列出全部不符之处。
"""
_SECURITY = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "身份令牌：含 sub、org、dept、roles，算法 Ed25519、ES256 或 RS256。",
}
_SAYINGS: Final = {200: "办理成功", 201: "已创建"}
_WORDS: Final = {
    400: "请求无法解析",
    401: "身份令牌缺失或无效",
    403: "岗位无权办理，或须由另一人办理",
    404: "未找到，或不属于本部门",
    406: "无法按要求的格式应答",
    408: "请求未按时发送完毕",
    409: "与对象当前状态不符",
    412: "对象已被他人更改",
    413: "请求内容过大",
    414: "地址过长",
    415: "请求内容类型不符",
    422: "请求内容不符合要求",
    428: "缺少 If-Match",
    429: "请求过于频繁",
    431: "请求头过多或过长",
    500: "系统内部错误",
    503: "服务暂不可用，可稍后重试",
}
_PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457 问题说明；不含请求中的任何内容。",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "description": "本服务问题目录中的位置。"},
        "title": {"type": "string", "description": "原因。"},
        "status": {"type": "integer", "description": "HTTP 状态码。"},
        "detail": {"type": "string", "description": "原因与下一步。"},
        "code": {"type": "string", "pattern": "^[a-z][a-z0-9_]*$", "description": "稳定的英文代码，供程序判断。"},
        "next_step": {"type": "string", "description": "下一步。"},
        "rule": {"type": "string", "description": "依据：条款或要求编号。"},
        "field": {"type": "string", "description": "有误的字段。"},
        "facts": {"type": "object", "description": "有关数值与状态，不含个人信息。"},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/Fault"}, "description": "全部不符之处。"},
        "instance": {"type": "string", "description": "请求的路径。"},
        "trace": {"type": "string", "description": "追踪号：求助时请提供。"},
    },
}
_FAULT: Final[dict[str, Any]] = {
    "type": "object",
    "title": "Fault",
    "description": "一处不符。",
    "required": ["field", "in", "code", "rule", "detail", "next_step"],
    "properties": {
        "pointer": {"type": "string", "description": "JSON 指针（RFC 6901），仅用于请求内容。"},
        "field": {"type": "string", "description": "字段。"},
        "in": {"type": "string", "enum": ["body", "query", "path", "header"], "description": "所在位置。"},
        "code": {"type": "string", "description": "稳定的英文代码。"},
        "rule": {"type": "string", "description": "要求。"},
        "detail": {"type": "string", "description": "原因与下一步。"},
        "next_step": {"type": "string", "description": "下一步。"},
    },
}
_FAULT_EXAMPLE: Final = {
    "pointer": "#/name",
    "field": "name",
    "in": "body",
    "code": "missing",
    "rule": "接口约定",
    "detail": "缺少必填项：请补充该字段。",
    "next_step": "请补充该字段。",
}
_HEADERS: Final[dict[str, Any]] = {
    "ETag": {"description": "对象的版本：更改时放入 If-Match。", "schema": {"type": "string"}, "example": '"1"'},
    "Location": {"description": "新对象的地址。", "schema": {"type": "string", "format": "uri-reference"}},
    "Retry-After": {"description": "多少秒后重试。", "schema": {"type": "integer", "minimum": 1}, "example": 1},
    "WWW-Authenticate": {"description": "认证方式。", "schema": {"type": "string"}, "example": "Bearer"},
    "Content-Language": {"description": "说明所用语言。", "schema": {"type": "string"}, "example": LANGUAGE},
}
_OF_STATUS: Final = {401: "WWW-Authenticate", 412: "ETag", 429: "Retry-After", 503: "Retry-After"}

_LAYERS: Final = reached(CleanUrls.__call__, check_address).refusals
"""What the layers before the doors say."""
_COMMANDS: Final = reached(_Call.__init__, _Call.give, Desk.give).refusals
"""What may come of any command."""

Document = dict[str, Any]


def describe(app: FastAPI, service: Service) -> None:
    """Let `app.openapi()` tell everything; it is made when it is first asked for."""
    plainly = app.openapi
    made: Document = {}

    def whole() -> Document:
        if not made:
            made.update(_whole(plainly(), app, service))
        return made

    app.openapi = whole  # type: ignore[method-assign]  # FastAPI's own way to extend it


def _whole(made: Document, app: FastAPI, service: Service) -> Document:
    made["info"]["description"] = _ABOUT
    made["servers"] = [{"url": "/", "description": "本服务"}]
    made["tags"] = list(_tags(service, made))
    components = made.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for idle in ("HTTPValidationError", "ValidationError"):
        schemas.pop(idle, None)
    schemas |= {"Problem": _PROBLEM, "Fault": _FAULT}
    components["headers"], components["responses"] = _HEADERS, {}
    components["securitySchemes"] = {"bearer": _SECURITY}
    said: set[type[Refusal]] = set()
    for route in app.routes:
        if isinstance(route, APIRoute) and route.include_in_schema:
            for method in sorted(route.methods or ()):
                said |= _tell(made["paths"][route.path_format][method.lower()], route, service, components)
    components["examples"] = {kind.code: _example(kind, service.prefix) for kind in _in_order(said)}
    return made


def _tags(service: Service, made: Document) -> Iterator[dict[str, str]]:
    """Each tag with what its slice says of itself."""
    used = dict.fromkeys(tag for path in made["paths"].values() for one in path.values() for tag in one["tags"])
    modules = ((piece, sys.modules.get(f"{piece.__name__}.api")) for piece in service.slices)
    told = {tag: piece.__doc__ or "" for piece, module in modules if module for tag in module.router.tags}
    for tag in used:
        yield {"name": tag, "description": told.get(tag, tag).strip().partition("\n")[0]}


def _tell(said: Document, route: APIRoute, service: Service, components: Document) -> set[type[Refusal]]:
    """Complete one operation; answers what it may refuse with."""
    schemas, answers = components["schemas"], components["responses"]
    found = reached(route.endpoint, *_dependencies(route))
    known = any(inner.call is _call for inner in route.dependant.dependencies)
    said["operationId"] = _name(route, service)
    said["security"] = [{"bearer": []}] if known else []
    rights = frozenset(right for declared in found.declared for right in declared.roles)
    if known and rights:
        said["x-roles"] = sorted(service.powers.holders(rights))
    parameters = [described(one, said["tags"][0], schemas) for one in said.get("parameters", [])]
    said["parameters"] = [*parameters, *given_headers(route, found.words)]
    if not said["parameters"]:
        del said["parameters"]
    if "requestBody" in said:
        _show_examples(said["requestBody"]["content"], schemas)
    refusals = _refusals(route, found, known=known)
    said["responses"] = {**_successes(said, schemas), **_problems(refusals, answers)}
    return refusals


def _name(route: APIRoute, service: Service) -> str:
    """`approval_cases_submit`: unique in a whole district."""
    where = route.endpoint.__module__.removesuffix(".api").rpartition(".")[2]
    return f"{service.name}_{where}_{route.endpoint.__name__}"


def _dependencies(route: APIRoute) -> Iterator[Any]:
    for inner in route.dependant.dependencies:
        if inner.call is not None and inner.call is not _call:
            yield inner.call


def _refusals(route: APIRoute, found: Reached, *, known: bool) -> set[type[Refusal]]:
    refusals: set[type[Refusal]] = {*EVERYWHERE, *_LAYERS, *found.refusals}
    if known:
        refusals |= {Unauthenticated, KeysUnreachable, NotAllowed}
    if "POST" in (route.methods or ()):
        refusals |= {BodyTooLarge, UnsupportedMediaType, InvalidRequest, *SAID_BY_EVERY_DOOR, *_COMMANDS}
    asked = (route.dependant, *route.dependant.dependencies)
    asks_more = any(inner.query_params or inner.header_params for inner in asked)
    if asks_more or route.dependant.path_params:
        refusals.add(InvalidRequest)
    if route.dependant.path_params:
        refusals.add(NoSuchPath)
    if "changes" in found.words:
        refusals |= {IfMatchRequired, StaleEtag}
    else:
        refusals = {one for one in refusals if one.status not in (412, 428)}
    return refusals


def _successes(said: Document, schemas: Mapping[str, Any]) -> Document:
    told = {}
    for status, answer in said["responses"].items():
        if not status.startswith("2"):
            continue
        answer["description"] = _SAYINGS.get(int(status), answer["description"])
        headers = ["ETag"] if _has_version(answer, schemas) else []
        headers += ["Location"] if status == "201" else []
        if headers:
            answer["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in headers}
        _show_examples(answer.get("content", {}), schemas)
        if len(answer.get("content", {})) > 1 and not answer["content"].get("application/json", {}).get("schema"):
            answer["content"].pop("application/json", None)  # FastAPI's guess, beside what the door says itself
        told[status] = answer
    return told


def _has_version(answer: Document, schemas: Mapping[str, Any]) -> bool:
    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    shown = schemas.get(schema.get("$ref", "").rpartition("/")[2], schema)
    return "version" in shown.get("properties", {})


def _show_examples(content: Document, schemas: Mapping[str, Any]) -> None:
    for body in content.values():
        if body.get("schema") and "example" not in body and "examples" not in body:
            body["example"] = example(body["schema"], schemas)


def _problems(refusals: Iterable[type[Refusal]], answers: Document) -> Document:
    """Each status with its codes; doors that answer alike share the component."""
    by_status: dict[int, list[type[Refusal]]] = {}
    for kind in _in_order(refusals):
        by_status.setdefault(kind.status, []).append(kind)
    told = {}
    for status, kinds in sorted(by_status.items()):
        name = ".".join([str(status), *(kind.code for kind in kinds)])
        answers[name] = _answer(status, kinds)
        told[str(status)] = {"$ref": f"#/components/responses/{name}"}
    return told


def _answer(status: int, kinds: list[type[Refusal]]) -> Document:
    names = ["Content-Language", *([_OF_STATUS[status]] if status in _OF_STATUS else [])]
    return {
        "description": _WORDS.get(status, "请求被拒绝"),
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names},
        "content": {
            MEDIA_TYPE: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": {kind.code: {"$ref": f"#/components/examples/{kind.code}"} for kind in kinds},
            }
        },
    }


def _example(kind: type[Refusal], prefix: str) -> Document:
    errors = [_FAULT_EXAMPLE] if kind is InvalidRequest else []
    return {"summary": document(kind)["title"], "value": document(kind, prefix, errors=errors)}


def _in_order(refusals: Iterable[type[Refusal]]) -> list[type[Refusal]]:
    return sorted(refusals, key=lambda kind: (kind.status, kind.code))
