"""Where do people read about the doors? The API reference and the catalogue of problems, served without internet."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any, Final

import fastapi_offline
from fastapi import FastAPI, Response
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.staticfiles import StaticFiles

_FILES: Final = Path(fastapi_offline.__file__).parent / "static"
_AT_HOME: Final = {"Content-Security-Policy": "default-src 'self' 'unsafe-inline' data:", "Content-Language": "zh-CN"}
"""A page that wanted something from elsewhere would not get it."""


def serve(app: FastAPI, prefix: str) -> None:
    """Add `<prefix>/openapi.json`, `/docs` and `/problems`."""
    app.mount(f"{prefix}/docs-static", StaticFiles(directory=_FILES), name="docs-static")

    async def reference() -> Response:
        page = get_swagger_ui_html(
            openapi_url=f"{prefix}/openapi.json",
            title=app.title,
            swagger_js_url=f"{prefix}/docs-static/swagger-ui-bundle.js",
            swagger_css_url=f"{prefix}/docs-static/swagger-ui.css",
            swagger_favicon_url=f"{prefix}/docs-static/favicon.png",
            swagger_ui_parameters={"validatorUrl": None},
        )
        page.headers.update(_AT_HOME)
        return page

    async def problems() -> Response:
        return Response(_catalogue(app.openapi()), 200, _AT_HOME, "text/html; charset=utf-8")

    app.add_api_route(f"{prefix}/docs", reference, include_in_schema=False)
    app.add_api_route(f"{prefix}/problems", problems, include_in_schema=False)


def _catalogue(document: dict[str, Any]) -> str:
    problems = [one["value"] for one in document["components"]["examples"].values()]
    title = f"{escape(document['info']['title'])} · 问题目录"
    return (
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{title}</title><h1>{title}</h1>'
        "<dl>" + "".join(_entry(one) for one in problems) + "</dl></html>"
    )


def _entry(problem: dict[str, Any]) -> str:
    code, rule = escape(problem["code"]), escape(problem.get("rule", ""))
    return f'<dt id="{code}"><code>{code}</code> {problem["status"]} {rule}</dt><dd>{escape(problem["detail"])}</dd>'
