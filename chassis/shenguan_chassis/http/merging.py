"""How do several services read as one? Their OpenAPI documents in one, for a district under one address."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import FastAPI

from . import pages, problems

Document = dict[str, Any]


def district(apps: Mapping[str, FastAPI]) -> FastAPI:
    """What answers at `/openapi.json` and `/docs` for all of them."""
    app = FastAPI(
        title="审管 Shenguan · 全区接口", version="1", openapi_url="/openapi.json", docs_url=None, redoc_url=None
    )
    app.state.prefix = ""
    problems.install(app)
    made: Document = {}

    def whole() -> Document:
        if not made:
            made.update(merged_documents(app.title, {name: each.openapi() for name, each in apps.items()}))
        return made

    app.openapi = whole  # type: ignore[method-assign]  # FastAPI's own way to extend it
    pages.serve(app, "")
    return app


def merged_documents(title: str, documents: Mapping[str, Document]) -> Document:
    """One document; a component that two services mean differently bears its service's name."""
    first = next(iter(documents.values()))
    whole: Document = {
        "openapi": first["openapi"],
        "info": {**first["info"], "title": title},
        "servers": first["servers"],
        "tags": [],
        "paths": {},
        "components": {},
    }
    for name, document in documents.items():
        _join(whole, name, copy.deepcopy(document))
    return whole


def _join(whole: Document, service: str, document: Document) -> None:
    renamed = _renamed(whole, service, document)
    for kind, named in document["components"].items():
        for name, value in named.items():
            new = renamed.get(f"#/components/{kind}/{name}", name).rpartition("/")[2]
            whole["components"].setdefault(kind, {})[new] = _led(value, renamed)
    title = document["info"]["title"].rpartition("·")[2].strip()
    whole["tags"] += [{**tag, "name": f"{title} · {tag['name']}"} for tag in document["tags"]]
    for path, operations in document["paths"].items():
        whole["paths"][path] = _led(operations, renamed)
        for operation in _operations(whole["paths"][path]):
            operation["tags"] = [f"{title} · {tag}" for tag in operation["tags"]]


def _renamed(whole: Document, service: str, document: Document) -> dict[str, str]:
    """Which components need a name of their own: those that are not what already bears theirs, with all they name."""
    renamed: dict[str, str] = {}
    found = True
    while found:
        found = False
        for kind, named in document["components"].items():
            there = whole["components"].get(kind, {})
            for name, value in named.items():
                place = f"#/components/{kind}/{name}"
                if place not in renamed and name in there and there[name] != _led(value, renamed):
                    renamed[place], found = f"#/components/{kind}/{service}.{name}", True
    return renamed


def _operations(path: Document) -> Iterable[Document]:
    return (operation for operation in path.values() if isinstance(operation, dict))


def _led(value: Any, renamed: Mapping[str, str]) -> Any:
    """The same with each `$ref` leading to where its component is now."""
    if isinstance(value, list):
        return [_led(one, renamed) for one in value]
    if isinstance(value, dict):
        return {
            name: renamed.get(one, one) if name == "$ref" and isinstance(one, str) else _led(one, renamed)
            for name, one in value.items()
        }
    return value
