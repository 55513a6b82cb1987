"""Every door of the district, as its four applications have it: a new one is in the walk by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from fastapi import FastAPI
from fastapi.routing import APIRoute

from shenguan_chassis.http.examples import example

_PARAMETER = re.compile(r"\{(\w+)[^}]*\}")

_ENTRY: Mapping[str, Any] = {
    "name": "走查事项",
    "kind": "licence",
    "legal_basis": "示例条例",
    "departments": ["health"],
    "claim_rule": "acknowledge",
    "standard": {
        "conditions": ["无"],
        "materials": ["无"],
        "flow": ["受理"],
        "promised_days": 1,
        "statutory_days": 20,
        "venue": "大厅",
    },
}
BODIES: Mapping[str, Any] = {
    "/expert/v1/draws/{draw}/escrows": {
        "commitments": ["5a" * 32, "5b" * 32],
        "shares": [{"share": "5a" * 32, "proof": "5a" * 48}] * 3,
    },
    "/approval/v1/cases": {
        "item_code": "370302-FIRE-001",
        "channel": "hall",
        "applicant": {"name": "走查公司", "uscc": "91110000802100433B"},
    },
    "/approval/v1/items": {"item_code": "370302-WALK-001", **_ENTRY},
    "/approval/v1/items/{item}/standards": _ENTRY,
    "/{}/v1/documents": {"title": "走查", "superior": "示例机关", "recipients": ["walked"]},
    "/{}/v1/documents/{document_id}/forwardings": {"recipient": "health"},
    "/supervision/v1/departments": {"department": "walked", "name": "走查局", "kind": "department"},
    "/supervision/v1/departments/{department}/posts/{post}/designate": {"person_id": str(uuid4())},
    "/supervision/v1/penalties/revoke": {
        "license_id": "{id}",
        "document_no": "走罚字〔2026〕9号",
        "legal_basis": "示例法",
        "reason": "走查",
        "decided_on": "2026-01-01",
    },
    "/notify/v1/calendar/{year}": {
        "year": 2027,
        "source": "国办发明电〔2026〕9号",
        "published": "2026-11-01",
        "status": "OFFICIAL",
        "off": [],
        "makeup": [],
    },
    "/notify/v1/business-hours/{department}": {"after_hours": "next_working_day", "closes_at": "17:00"},
    "/notify/v1/duties/{duty}/limit": {"days": 2, "basis": "走查"},
    "/notify/v1/obligations/{obligation_id}/disclaim": {"reason": "走查"},
    "/notify/v1/contacts": {"person_id": "{id}", "email": "walk@example.com"},
    "/notify/v1/contacts/{contact_id}/change": {"email": "walk@example.com"},
    "/notify/v1/contacts/{contact_id}/test": {"channel": "webhook"},
    "/notify/v1/subscriptions": {"department": "health", "url": "https://127.0.0.1:9443/walked"},
    "/notify/v1/subscriptions/{subscription_id}/change": {"url": "https://127.0.0.1:9443/walked"},
    "/expert/v1/draws": {"purpose": f"survey/{uuid4()}", "pool": "survey", "seats": 1},
    "/expert/v1/draws/{draw}/beacon": {"value": "3 7 12"},
    "/expert/v1/draws/{draw}/commitments": {"commitment": "5a" * 32},
    "/expert/v1/draws/{draw}/reveals": {"number": "5a" * 32},
    "/expert/v1/draws/{draw}/void": {"reason": "走查"},
    "/expert/v1/experts": {
        "pool": "survey",
        "department": "health",
        "fields": ["走查"],
        "qualifications": ["注册工程师"],
    },
}
"""What is sent where the examples of the API's own description do not do; `{id}` is a foreign or an absent id."""

_VALUES = {"Find-Mobile": "13900000001", "Find-Resident-Id": "370302188808080008"}
_GIVEN = {"Authorization", "Idempotency-Key", "If-Match"}
"""What `World.ask` gives every call."""


@dataclass(frozen=True)
class Door:
    """One method of one path; `query` are its query parameters, `needed` and `heads` what it cannot do without."""

    service: str
    method: str
    path: str
    endpoint: Any
    query: tuple[str, ...]
    needed: Mapping[str, str]
    heads: Mapping[str, str]
    body: Any

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def parameters(self) -> list[str]:
        """The names in its path, in order."""
        return _PARAMETER.findall(self.path)

    def at(self, **values: str) -> str:
        """Its path with values for names."""
        return _PARAMETER.sub(lambda name: values[name[1]], self.path)

    @property
    def shown_at(self) -> str:
        """The path of what it is about: all up to its last parameter."""
        return self.path[: self.path.rindex("}") + 1]


def doors_of(apps: Mapping[str, FastAPI]) -> list[Door]:
    """All of them; what has no prefix (probes) belongs to the first service alone."""
    return [door for name, app in apps.items() for door in _doors(name, app)]


def _doors(service: str, app: FastAPI) -> Iterator[Door]:
    described = app.openapi()
    for route in app.routes:
        if not isinstance(route, APIRoute) or not route.path.startswith(f"/{service}/"):
            continue
        for method in sorted((route.methods or set()) - {"HEAD", "OPTIONS"}):
            operation = described["paths"].get(route.path_format, {}).get(method.lower(), {})
            query = tuple(one["name"] for one in operation.get("parameters", ()) if one["in"] == "query")
            needed, heads = (_needed(operation, described, place) for place in ("query", "header"))
            body = _body(operation, described, route)
            yield Door(service, method, route.path_format, route.endpoint, query, needed, heads, body)


def _needed(operation: Mapping[str, Any], described: Mapping[str, Any], place: str) -> dict[str, str]:
    wanted = (one for one in operation.get("parameters", ()) if one["in"] == place and one.get("required"))
    return {
        one["name"]: _VALUES.get(one["name"], str(one.get("example", example(one["schema"], _schemas(described)))))
        for one in wanted
        if one["name"] not in _GIVEN
    }


def _body(operation: Mapping[str, Any], described: Mapping[str, Any], route: APIRoute) -> Any:
    for path in (route.path_format, re.sub(r"^/\w+/", "/{}/", route.path_format)):
        if path in BODIES:
            return BODIES[path]
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    return None if content is None else example(content["schema"], _schemas(described))


def _schemas(described: Mapping[str, Any]) -> Mapping[str, Any]:
    schemas: Mapping[str, Any] = described.get("components", {}).get("schemas", {})
    return schemas
