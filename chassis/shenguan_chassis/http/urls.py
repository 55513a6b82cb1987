"""May this address be asked for? Not one that holds a person's number: addresses end in logs and histories."""

from __future__ import annotations

from typing import Final
from urllib.parse import unquote_plus

from starlette.types import ASGIApp, Receive, Scope, Send

from ..personal.texts import names_a_person
from ..refusals import Refusal
from .problems import problem

_SHORTEST: Final = 11


class PersonalDataInUrl(Refusal, status=400, rule="PIPL 51"):
    """地址或查询参数中含有手机号码或身份证件号码：请勿写入网址；按号码查找请用接口文档所列的请求头。"""


class CleanUrls:
    """Refuses such an address before anything looks at it; the answer does not repeat it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "http" and _holds_a_number(scope):
            await problem(PersonalDataInUrl, {**scope, "path": ""})(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _holds_a_number(scope: Scope) -> bool:
    asked = scope["query_string"].decode("latin-1")
    return names_a_person(scope["path"]) or (len(asked) >= _SHORTEST and names_a_person(unquote_plus(asked)))
