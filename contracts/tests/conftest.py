"""Events of every class, as hypothesis invents them from the class's own schema."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from shenguan_contracts.event import Event

Strategy = SearchStrategy[Any]
# A day inside what datetime can hold: an offset must not carry an instant out of it.
_FIRST, _LAST = datetime(1, 1, 2), datetime(9999, 12, 30)  # noqa: DTZ001 - hypothesis adds the zone
_TEXT = st.text(st.characters(codec="utf-8"))


@pytest.fixture(scope="session")
def events_of() -> Callable[[type[Event]], SearchStrategy[Event]]:
    """A strategy for the instances of an event class."""
    return _events_of


def _events_of(kind: type[Event]) -> SearchStrategy[Event]:
    schema = kind.model_json_schema(mode="validation")
    codes = schema.get("$defs", {})
    fields = {name: _values(field, codes) for name, field in schema["properties"].items()}
    return st.fixed_dictionaries(fields).map(kind.model_validate)


def _values(schema: dict[str, Any], codes: dict[str, Any]) -> Strategy:
    if "$ref" in schema:
        return _values(codes[schema["$ref"].rpartition("/")[2]], codes)
    if "anyOf" in schema:
        return st.one_of(*(_values(branch, codes) for branch in schema["anyOf"]))
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    match schema["type"]:
        case "object":
            return st.fixed_dictionaries({name: _values(part, codes) for name, part in schema["properties"].items()})
        case "array":
            return st.lists(_values(schema["items"], codes), min_size=schema.get("minItems", 0), max_size=4)
        case "integer":
            return st.integers(schema.get("minimum", -(2**53)), schema.get("maximum", 2**53))
        case "boolean":
            return st.booleans()
        case "null":
            return st.none()
    return _texts(schema)


def _texts(schema: dict[str, Any]) -> Strategy:
    if "pattern" in schema:
        return st.from_regex(schema["pattern"].replace("$", r"\Z"))
    match schema.get("format"):
        case "uuid":
            return st.uuids()
        case "date":
            return st.dates()
        case "date-time":
            return st.datetimes(_FIRST, _LAST, timezones=st.timezones())
    longest = min(schema.get("maxLength", 50), 50)
    return _TEXT.filter(lambda text: schema.get("minLength", 0) <= len(text.strip()) and len(text) <= longest)
