"""What must schemathesis know of the house? Who may call which door, what our formats look like, and one check of ours.

Loaded by schemathesis itself (SCHEMATHESIS_HOOKS).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any, get_args

import schemathesis
from hypothesis import strategies as st
from pydantic_core.core_schema import ErrorType
from schemathesis.core.parameters import ParameterLocation

from shenguan_kernel.identifiers.uscc import check_character, organisation_check

TOKENS: dict[str, str] = json.loads(os.environ.get("SHENGUAN_FUZZ_TOKENS", "{}"))
_BEYOND = {"greater_than_equal", "int_type", "string_too_short"}
"""What no schema tells: that an instant is too early, that 1.0 is no integer to us, that a text is only spaces."""
_FORMS = set(get_args(ErrorType)) - _BEYOND
"""Faults of form, which a document can tell; all others are the house's own rules."""
_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@schemathesis.auth()
class Bearer:
    """A token of the first role that may call the door: no one person may call them all."""

    def get(self, _: Any, context: Any) -> str:
        roles = context.operation.definition.raw.get("x-roles") or ["overseer"]
        return TOKENS[roles[0]]

    def set(self, case: Any, data: str, _: Any) -> None:
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data}"}


def _uscc(head: str, organisation: str) -> str:
    body = head + organisation + organisation_check(organisation)
    return body + check_character(body)


schemathesis.openapi.format("uscc", st.builds(_uscc, st.just("91370302"), st.text(_LETTERS, min_size=8, max_size=8)))


_DIGITS = "0123456789"


def _resident_id(seventeen: str) -> str:
    weights = [pow(2, 17 - place, 11) for place in range(17)]
    return seventeen + "10X98765432"[sum(int(d) * w for d, w in zip(seventeen, weights, strict=True)) % 11]


schemathesis.openapi.format("mobile", st.builds("138{}".format, st.text(_DIGITS, min_size=8, max_size=8)))
schemathesis.openapi.format("office_phone", st.builds("0533-2{}".format, st.text(_DIGITS, min_size=6, max_size=6)))
schemathesis.openapi.format("person_name", st.sampled_from(["示例", "买买提·艾力", "欧阳示例"]))
schemathesis.openapi.format(
    "resident_id",
    st.builds(lambda tail: _resident_id(f"37030219900101{tail:03}"), st.integers(min_value=0, max_value=999)),
)


@schemathesis.serializer("application/x-ndjson")
def json_lines(_: Any, value: Any) -> bytes:
    """A value as one line; a text as it is."""
    lines = value if isinstance(value, list) else [value]
    return b"\n".join(line.encode() if isinstance(line, str) else json.dumps(line).encode() for line in lines)


@schemathesis.hook
def filter_body(_: Any, body: Any) -> bool:
    """Texts are stripped before they are measured, which no schema tells: none that is too long by its blanks only."""
    return not any(len(text) > _LONG and text != text.strip() for text in _texts(body))


_LONG = 60


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)
    elif isinstance(value, str):
        yield value


@schemathesis.check
def what_is_well_formed_is_understood(_: Any, response: Any, case: Any) -> None:
    """What fits the document may be refused by a rule of the law, never as malformed."""
    positive = case.meta is not None and case.meta.generation.mode.is_positive
    if positive and response.status_code in (400, 422) and "problem" in str(response.headers.get("content-type")):
        problem = response.json()
        assert problem["code"] != "malformed_json", response.text
        codes = {fault["code"] for fault in problem.get("errors", [])} - _BEYOND
        assert not codes or codes - _FORMS, response.text  # beside a rule's fault, one of form may be its consequence


@schemathesis.check
def a_bad_line_is_refused_in_its_verdict(_: Any, response: Any, case: Any) -> None:
    """A bulk door answers 200: whether it took what no single door would take is told line by line."""
    bad = case.meta is not None and case.meta.is_negative_at(ParameterLocation.BODY)
    if not (bad and case.path.endswith("/bulk") and response.status_code == 200):
        return
    taken = [verdict for verdict in map(json.loads, response.text.splitlines()) if verdict["status"] < 400]
    assert not taken, response.text
