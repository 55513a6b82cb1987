"""Is every refusal that a test meets in the API reference? Each client of a House asks so of each of its answers."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import Match


class Documented:
    """Holds answers against the OpenAPI document of an application."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self._codes: dict[str, set[str]] = {}

    async def __call__(self, answer: httpx.Response) -> None:
        """Raise AssertionError for a problem that its operation does not name."""
        if answer.headers.get("Content-Type") != "application/problem+json":
            return
        operation = self._operation(answer.request)
        if operation is None:
            return
        await answer.aread()
        code = answer.json()["code"]
        assert code in self._known(operation), f"{operation} answers {code}, which its API reference does not name"

    def _operation(self, request: httpx.Request) -> str | None:
        scope = {"type": "http", "method": request.method, "path": request.url.path}
        for route in self.app.routes:
            if isinstance(route, APIRoute) and route.include_in_schema and route.matches(scope)[0] is Match.FULL:
                return f"{request.method} {route.path_format}"
        return None

    def _known(self, operation: str) -> set[str]:
        if not self._codes:
            self._codes = dict(_codes(self.app.openapi()))
        return self._codes[operation]


def _codes(document: dict[str, object]) -> Iterator[tuple[str, set[str]]]:
    """Each operation with the codes of its problems, which the names of its answers list."""
    paths: dict[str, dict[str, dict[str, dict[str, dict[str, str]]]]] = document["paths"]  # type: ignore[assignment]
    for path, operations in paths.items():
        for method, operation in operations.items():
            named = (told["$ref"] for told in operation["responses"].values() if "$ref" in told)
            yield f"{method.upper()} {path}", {code for name in named for code in name.split(".")[1:]}
