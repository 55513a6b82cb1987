"""Which bodies and addresses are understood in one way only, and what is said of the others?"""

from __future__ import annotations

import json
from typing import Any

import pytest

from shenguan_chassis.testing.house import House, OpenHouse
from shenguan_kernel.roles import Role
from supervision_svc.app import service

FIRE = {"department": "fire", "name": "示例消防", "kind": "department"}
DOOR = "/departments"


@pytest.fixture
async def house(open_house: OpenHouse) -> House:
    return await open_house(service)


async def sent(house: House, body: bytes, **headers: str) -> Any:
    client = house.http(Role.SYSTEM_ADMINISTRATOR, department="bureau")
    return await client.post(DOOR, content=body, headers={"Content-Type": "application/json", **headers})


def with_name(name: str) -> bytes:
    """The registration, its name written as JSON by hand."""
    return b'{"department": "fire", "name": ' + name.encode() + b', "kind": "department"}'


BROKEN = {
    "nothing": (b"", "empty_body"),
    "blanks": (b" \n\t", "empty_body"),
    "half of it": (b'{"department": "fire"', "malformed_json"),
    "two documents": (b"{}{}", "malformed_json"),
    "no UTF-8": (with_name('"').replace(b'"name": "', b'"name": "\xff\xfe"'), "malformed_json"),
    "a surrogate as bytes": (with_name('"x"').replace(b"x", b"\xed\xa0\x80"), "malformed_json"),
    "UTF-16": (json.dumps(FIRE).encode("utf-16"), "malformed_json"),
    "a byte order mark": (b"\xef\xbb\xbf" + json.dumps(FIRE).encode(), "malformed_json"),
    "a raw NUL": (with_name('"a\x00b"'), "malformed_json"),
    "a raw line break": (with_name('"a\nb"'), "malformed_json"),
    "a lone surrogate": (with_name(r'"\ud800"'), "malformed_json"),
    "surrogates the wrong way round": (with_name(r'"\udc00\ud800"'), "malformed_json"),
    "single quotes": (b"{'department': 'fire'}", "malformed_json"),
    "a trailing comma": (b'{"department": "fire",}', "malformed_json"),
    "the same key twice": (b'{"department": "fire", "department": "health"}', "duplicate_key"),
    "the same key twice, escaped once": (rb'{"department": "fire", "depart\u006dent": "health"}', "duplicate_key"),
    "the same key twice, deep inside": (b'{"department": [{"a": 1, "a": 1}]}', "duplicate_key"),
    "NaN": (with_name("NaN"), "number_out_of_range"),
    "Infinity": (with_name("Infinity"), "number_out_of_range"),
    "minus Infinity": (with_name("-Infinity"), "number_out_of_range"),
    "1e400": (with_name("1e400"), "number_out_of_range"),
    "a number of 5,000 digits": (with_name("9" * 5_000), "number_out_of_range"),
    "33 brackets": (with_name("[" * 32 + "]" * 32), "nested_too_deep"),
    "100,000 brackets": (b"[" * 100_000, "nested_too_deep"),
    "100,000 braces": (b'{"a":' * 100_000, "nested_too_deep"),
}


@pytest.mark.parametrize("what", BROKEN)
async def test_what_can_be_read_in_two_ways_is_refused_and_leaves_nothing(house: House, what: str) -> None:
    body, code = BROKEN[what]

    answer = await sent(house, body)

    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert answer.json()["next_step"]
    assert answer.headers["content-type"] == "application/problem+json"
    assert (await house.said(), await house.journal()) == ([], [])


async def test_brackets_within_a_text_are_no_depth(house: House) -> None:
    answer = await sent(house, with_name('"' + "[{" * 50 + r"\"[[" + '"'))

    assert answer.status_code == 201


async def test_escapes_that_are_characters_are_read(house: House) -> None:
    answer = await sent(house, with_name(r'"\u6d88\u9632 \ud83d\ude92"'))

    assert (answer.status_code, answer.json()["name"]) == (201, "消防 🚒")


async def test_a_backslash_before_u0000_is_no_nul(house: House) -> None:
    answer = await sent(house, with_name(r'"\\u0000"'))

    assert (answer.status_code, answer.json()["name"]) == (201, r"\u0000")


async def test_every_fault_of_a_body_is_named_at_once_a_nul_among_them(house: House) -> None:
    body = rb'{"department": "Fire", "name": "a\u0000b", "kind": 7, "colour": "red", "size": 99999999999999999999}'

    answer = await sent(house, body)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    errors = {error["field"]: error["code"] for error in answer.json()["errors"]}
    assert errors == {
        "department": "string_pattern_mismatch",
        "name": "nul_character",
        "kind": "enum",
        "colour": "extra_forbidden",
        "size": "extra_forbidden",
    }


@pytest.mark.parametrize("number", [2**31, 2**63, 10**30, -1, 1.0, 1.5, True, "3"])
async def test_a_number_that_no_column_holds_or_that_is_none_is_a_fault_of_its_field(
    open_house: OpenHouse, number: object
) -> None:
    from expert_svc.app import service as expert

    house = await open_house(expert)
    wanted = {"purpose": "case/0198c0de-0000-7000-8000-000000000001", "pool": "survey", "seats": number}

    answer = await house.http(Role.REVIEWER, department="bureau").post("/draws", json=wanted)

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["seats"]


async def test_a_command_that_takes_no_body_refuses_one_that_means_something(house: House) -> None:
    client = house.http(Role.INSPECTOR, department="fire")
    claim = "/ledger/0198c0de-0000-7000-8000-000000000001/claim"

    wish, nothing, empty = (
        await client.post(claim, json={"claimed_at": "2020-01-01"}),
        await client.post(claim),
        await client.post(claim, json={}),
    )

    assert (wish.status_code, wish.json()["errors"][0]["code"]) == (422, "extra_forbidden")
    assert (nothing.status_code, empty.status_code) == (404, 404)


@pytest.mark.parametrize(
    "address",
    ["/departments/%00", "/departments/%ff", "/departments?after=%00", "/departments?limit=%c3%28", "/no%ed%a0%80"],
)
async def test_an_address_that_is_no_text_is_refused(house: House, address: str) -> None:
    answer = await house.http(Role.SYSTEM_ADMINISTRATOR, department="bureau").get(address)

    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_address")


async def test_parts_of_the_path_and_the_body_are_faulted_together(open_house: OpenHouse) -> None:
    from approval_svc.app import service as approval

    house = await open_house(approval)

    answer = await house.http(Role.BUREAU_HEAD, department="bureau").post("/items/42/standards", json={"name": 3})

    places = {(error["in"], error["field"]) for error in answer.json()["errors"]}
    assert answer.status_code == 422
    assert {("path", "item"), ("body", "name"), ("body", "kind"), ("body", "standard")} <= places


async def test_a_token_is_asked_for_before_anything_is_read(house: House) -> None:
    answer = await house.stranger().post(DOOR, content=b"[" * 1000, headers={"Content-Type": "application/json"})

    assert answer.status_code == 401
