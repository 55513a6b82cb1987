"""Can a number be given that no column holds, or that is taken for a day? Not at any door of any service."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from fastapi.routing import APIRoute

from approval_svc.app import service as approval
from expert_svc.app import service as expert
from notify_svc.app import service as notify
from shenguan_chassis.http.app import application
from shenguan_chassis.service import Service
from supervision_svc.app import service as supervision

pytestmark = pytest.mark.slow

WIDEST = 2**63 - 1
"""What the widest integer column of PostgreSQL holds; a narrower one has narrower bounds at its field."""


@pytest.mark.parametrize("service", [approval, supervision, notify, expert], ids=lambda service: service.name)
def test_every_integer_that_may_be_given_has_bounds_that_every_column_holds(service: Service) -> None:
    document = application(service).openapi()
    given = [operation for path in document["paths"].values() for operation in path.values()]

    unbounded = {
        place
        for operation in given
        for place, schema in _integers([operation.get("parameters"), operation.get("requestBody")], document, "")
        if not (schema.get("minimum", -WIDEST - 1) >= -WIDEST and _most(schema) <= WIDEST)
    }

    assert unbounded == set()


@pytest.mark.parametrize("service", [approval, supervision, notify, expert], ids=lambda service: service.name)
@pytest.mark.parametrize("number", ["0", "1767225600", "1767225600000"])
def test_a_number_in_an_address_is_no_day_and_no_instant(service: Service, number: str) -> None:
    """Else `?until=0` would be asked for 1970: a forgiving reader's guess."""
    taken = [
        f"{route.path}?{name}"
        for route in application(service).routes
        if isinstance(route, APIRoute)
        for name, reads in _days(route)
        if not reads(number)
    ]

    assert taken == []


def _days(route: APIRoute) -> Iterator[tuple[str, Callable[[str], Any]]]:
    """Days and instants among a door's own query parameters (lists type theirs), with what finds a text's faults."""
    for field in route.dependant.query_params:
        if "date" in str(field.field_info.annotation).lower():
            yield field.alias, partial(_faults, field)


def _faults(field: Any, text: str) -> Any:
    return field.validate(text, {}, loc=("query", field.alias))[1]


def _most(schema: dict[str, Any]) -> int:
    most: int = schema.get("maximum", schema.get("exclusiveMaximum", 10**99))
    return most


def _integers(schema: Any, document: dict[str, Any], place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each integer in what may be given, references followed; no body holds itself."""
    if isinstance(schema, list):
        for inner in schema:
            yield from _integers(inner, document, place)
    elif isinstance(schema, dict):
        if "$ref" in schema:
            *_, kind, name = schema["$ref"].split("/")
            yield from _integers(document["components"][kind][name], document, name)
        if schema.get("type") == "integer":
            yield place, schema
        for name, inner in schema.items():
            yield from _integers(inner, document, f"{place}.{schema.get('name', name)}")
