"""What if a body is not what it seems? Each row of the table gets its documented 4xx at once and leaves nothing."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]

_APPLICATION = (
    '{"item_code": "370131011000", "channel": "hall", "applicant": {"name": "%s", "uscc": "91110000802100433B"}%s}'
)


def _with(name: str = "某商场", more: str = "") -> bytes:
    return (_APPLICATION % (name, more)).encode()


BODIES: dict[str, tuple[bytes, int, str]] = {
    "nothing at all": (b"", 400, "empty_body"),
    "half an object": (b'{"item_code": ', 400, "malformed_json"),
    "an array": (b"[]", 422, "invalid_request"),
    "a text": (b'"submit"', 422, "invalid_request"),
    "null": (b"null", 422, "invalid_request"),
    "two objects": (_with() + _with(), 400, "malformed_json"),
    "bytes that are no UTF-8": (_with().replace("某".encode(), b"\xff\xfe"), 400, "malformed_json"),
    "UTF-16": (_with().decode().encode("utf-16"), 400, "malformed_json"),
    "a NUL in a text": (_with("a\\u0000b"), 422, "invalid_request"),
    "a raw NUL": (_with("a\x00b"), 400, "malformed_json"),
    "a raw control character": (_with("a\x01b"), 400, "malformed_json"),
    "half a surrogate pair": (_with("\\ud800"), 400, "malformed_json"),
    "surrogates in the wrong order": (_with("\\udc00\\ud800"), 400, "malformed_json"),
    "NaN": (_with(more=', "received_at": NaN'), 400, "number_out_of_range"),
    "Infinity": (_with(more=', "received_at": -Infinity'), 400, "number_out_of_range"),
    "1e400": (_with(more=', "received_at": 1e400'), 400, "number_out_of_range"),
    "a number where an instant belongs": (_with(more=', "received_at": 1700000000'), 422, "invalid_request"),
    "100,000 brackets": (b"[" * 100_000, 400, "nested_too_deep"),
    "100,000 objects": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, 400, "nested_too_deep"),
    "a key twice": (_with(more=', "channel": "web"'), 400, "duplicate_key"),
    "a key twice, spelled otherwise": (_with(more=', "ch\\u0061nnel": "web"'), 400, "duplicate_key"),
    "a key twice within": (_with().replace(b'"uscc"', b'"name": "x", "uscc"'), 400, "duplicate_key"),
    "a state of its own choosing": (_with(more=', "state": "granted"'), 422, "invalid_request"),
    "a due date of its own choosing": (_with(more=', "due_at": "2999-01-01T00:00:00Z"'), 422, "invalid_request"),
    "a role of its own choosing": (_with(more=', "role": "approver"'), 422, "invalid_request"),
    "an id and a version": (_with(more=', "id": 1, "version": 9'), 422, "invalid_request"),
    "a prototype": (_with(more=', "__proto__": {"state": "granted"}'), 422, "invalid_request"),
    "a class": (_with(more=', "__class__": "Case"'), 422, "invalid_request"),
    "a text of a megabyte": (_with("某" * 300_000), 422, "invalid_request"),
    "two megabytes": (_with("某" * 700_000), 413, "body_too_large"),
    "51 megabytes": (_with("x" * 51_000_000), 413, "body_too_large"),
    "received tomorrow": (_with(more=', "received_at": "2999-01-01T00:00:00Z"'), 422, "received_in_future"),
    "received in the year 9999": (
        _with(more=', "received_at": "9999-12-31T23:59:59+00:00"'),
        422,
        "received_in_future",
    ),
    "received beyond all years": (
        _with(more=', "received_at": "9999-12-31T23:59:59.999-14:00"'),
        422,
        "received_in_future",
    ),
    "received before any calendar": (
        _with(more=', "received_at": "0001-01-01T00:00:00+14:00"'),
        422,
        "invalid_request",
    ),
    "received without a zone": (_with(more=', "received_at": "2026-03-02T09:00:00"'), 422, "invalid_request"),
}


@pytest.mark.parametrize("attack", BODIES)
async def test_a_body_that_is_not_what_it_seems_is_refused(target: Any, nothing_written: None, attack: str) -> None:
    body, status, code = BODIES[attack]

    answer = await target.clerk.post("/cases", content=body, headers={"Content-Type": "application/json"})

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["next_step"]


NUMBERS: dict[str, tuple[str, str]] = {
    "2^31 in a column of 32 bits": ("promised_days", "2147483648"),
    "2^63": ("promised_days", "9223372036854775808"),
    "a thousand digits": ("promised_days", "9" * 1000),
    "minus one": ("promised_days", "-1"),
    "minus zero point five": ("promised_days", "-0.5"),
    "a truth": ("statutory_days", "true"),
    "a text": ("statutory_days", '"20"'),
    "an exponent": ("statutory_days", "2e1"),
}


@pytest.mark.parametrize("attack", NUMBERS)
async def test_a_number_that_fits_no_column_is_refused(target: Any, nothing_written: None, attack: str) -> None:
    field, number = NUMBERS[attack]
    item = json.dumps(ITEM | {"item_code": "NEXT-1"}).replace(
        f'"{field}": {ITEM["standard"][field]}', f'"{field}": {number}'
    )

    answer = await target.reviewer.post("/items", content=item, headers={"Content-Type": "application/json"})

    assert (answer.status_code, answer.json()["code"]) in {(422, "invalid_request"), (400, "number_out_of_range")}


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "identity, gzip", "x-gzip"])
async def test_what_is_packed_is_not_unpacked(target: Any, nothing_written: None, encoding: str) -> None:
    bomb = gzip.compress(bytes(20_000_000))

    answer = await target.clerk.post(
        "/cases", content=bomb, headers={"Content-Type": "application/json", "Content-Encoding": encoding}
    )

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/xml", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", ""],
)
async def test_only_json_is_json(target: Any, nothing_written: None, content_type: str) -> None:
    answer = await target.clerk.post("/cases", content=_with(), headers={"Content-Type": content_type})

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


ITEM: dict[str, Any] = {
    "item_code": "NEXT-1",
    "name": "示例",
    "kind": "licence",
    "legal_basis": "示例",
    "departments": ["fire"],
    "claim_rule": "acknowledge",
    "standard": {
        "conditions": ["示例"],
        "materials": ["示例"],
        "flow": ["示例"],
        "promised_days": 10,
        "statutory_days": 20,
        "venue": "示例",
    },
}
