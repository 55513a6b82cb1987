"""岗位职责: the table of rights, row by row, at the doors. What it does not say may be done by nobody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any
from uuid import uuid4

import pytest

from checks.facts import read_house
from checks.rights import Right, rights
from checks.sources import read_sources
from shenguan_chassis.deciding import Command, View
from shenguan_chassis.http.bulk import Bulk
from shenguan_kernel.powers import POWERS
from shenguan_kernel.roles import Role
from tests.isolation.doors import Door, doors_of
from tests.isolation.world import THEIRS, World, office_of

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="package")]

TABLE = [right for right in rights(read_house(read_sources(Path(__file__).parents[2]))) if right.place != "sandbox"]
"""The sandbox's clock has a door of its own, outside the four services (tests/e2e)."""
_OPEN = {
    "docs", "docs-static", "oauth2-redirect", "openapi.json", "problems",
    "verify_draw.py", "verify_draw.html", "verify_census.py", "contribute.py", "draw-key",
    "healthz", "readyz", "metrics",
}  # fmt: skip
"""Doors that show what is the same for everyone, by the end of their path."""
_KNOWN = {
    "duty": "file_penalty",
    "department": THEIRS,
    "post": "liaison_lead",
    "standard_no": "1",
    "year": "2027",
    "secret": "A" * 43,
}


def _name(right: Right) -> str:
    return f"{right.service.name if right.service else 'any'}-{right.place}-{right.declared.name}"


@pytest.fixture(scope="module")
def doors(district: World) -> list[Door]:
    return doors_of(district.district.apps)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("right", [right for right in TABLE if right.roles], ids=_name)
async def test_whoever_is_named_may_and_nobody_else(
    district: World, doors: list[Door], right: Right, role: Role
) -> None:
    answer = await _knock(district, _door_of(right, doors), role)

    refused = answer.status_code == 403 and answer.json()["code"] == "not_allowed"
    assert refused is (role not in right.roles), answer.text
    assert answer.status_code != 401, answer.text


@pytest.mark.parametrize("right", [right for right in TABLE if right.roles], ids=_name)
async def test_without_token_nothing_but_what_is_public(district: World, doors: list[Door], right: Right) -> None:
    assert (await _knock(district, _door_of(right, doors), None)).status_code == 401


@pytest.mark.parametrize("right", [right for right in TABLE if not right.roles], ids=_name)
async def test_what_is_public_needs_no_token(district: World, doors: list[Door], right: Right) -> None:
    assert (await _knock(district, _door_of(right, doors), None)).status_code in {200, 404}


async def test_every_door_asks_for_a_right_of_the_table(doors: list[Door]) -> None:
    """Or it is known to show the same to everyone."""
    unasked = [str(door) for door in doors if not list(_asked_by(door)) and not _OPEN & set(door.path.split("/"))]

    assert unasked == []


@pytest.mark.parametrize("fault", ["unknown_field", "no_json", "bad_key", "bad_query"])
async def test_whoever_may_not_ask_at_all_is_told_that_and_nothing_of_the_form(
    district: World, doors: list[Door], fault: str
) -> None:
    """403 before 400 and 422, at every door: what a command takes is nobody's who may not give it."""
    tried = [door for door in doors if _may(door) and (door.method == "GET") is (fault == "bad_query")]
    outsiders = [(door, role) for door in tried for role in set(Role) - _may(door)]

    answers = [(door, role, await _knock_wrongly(district, door, role, fault)) for door, role in outsiders]

    assert len(answers) > 100
    assert [f"{door} as {role}: {told.text}" for door, role, told in answers if told.status_code != 403] == []


@pytest.mark.parametrize(("fault", "code"), [("unknown_field", "invalid_request"), ("no_json", "malformed_json")])
async def test_whoever_may_ask_is_told_what_is_wrong(district: World, doors: list[Door], fault: str, code: str) -> None:
    door = next(door for door in doors if door.path == "/approval/v1/items")

    answer = await _knock_wrongly(district, door, min(_may(door)), fault)

    assert answer.json()["code"] == code


async def test_oversight_gives_no_command_and_machines_only_those_that_name_them() -> None:
    commands = [right for right in TABLE if isinstance(right.declared, Command)]

    assert not [right for right in commands if Role.OVERSEER in right.roles and not right.declared.oversees]  # type: ignore[union-attr]
    assert {right.declared.name for right in commands if Role.MACHINE_CLIENT in right.roles} == {
        "submit_case",
        "receive_document",
        "forward_document",
        "acknowledge_document",
    }


def _door_of(right: Right, doors: list[Door]) -> Door:
    """Where it is asked for alone; a bulk door asks for the same right line by line (tests/bulk)."""
    single = [door for door in doors if not door.path.endswith("/bulk")]
    found = [door for door in single if any(asked is right.declared for asked in _asked_by(door))]
    mine = [door for door in found if right.service is None or door.service == right.service.name]
    assert mine, f"no door leads to {_name(right)}"
    return mine[0]


def _asked_by(door: Door) -> Iterator[Command | View]:
    """What its endpoint names, itself or through its neighbours: there is no other way to a command or a view."""
    yield from _named_by(door.endpoint, set())


def _named_by(function: Any, seen: set[Any]) -> Iterator[Command | View]:
    seen.add(function)
    names, known = function.__code__.co_names, function.__globals__
    rooms = [known[name] for name in names if isinstance(known.get(name), ModuleType)]
    for name in names:
        for value in (known.get(name), *(getattr(room, name, None) for room in rooms)):
            yield from _declared(value)
            if isinstance(value, FunctionType) and value.__globals__ is known and value not in seen:
                yield from _named_by(value, seen)


def _declared(value: Any) -> Iterator[Command | View]:
    by_the_line = value.command if isinstance(value, Bulk) else None
    for found in (value, by_the_line, getattr(value, "__command__", None), getattr(value, "__view__", None)):
        if isinstance(found, Command | View):
            yield found


def _may(door: Door) -> set[Role]:
    """Who may ask something of it; nobody's name where anyone may."""
    asked = [one.roles for one in _asked_by(door)]
    return set(Role) & POWERS.holders(frozenset[str]().union(*asked)) if all(asked) else set()


async def _knock_wrongly(district: World, door: Door, role: Role, fault: str) -> Any:
    path = door.at(**{name: _KNOWN.get(name, str(uuid4())) for name in door.parameters})
    kind = "application/x-ndjson" if door.path.endswith("/bulk") else "application/json"
    faults: dict[str, dict[str, Any]] = {
        "unknown_field": {"json": {"nonsense": True}, "headers": {"Content-Type": kind}},
        "no_json": {"content": b"{", "headers": {"Content-Type": kind}},
        "bad_key": {"json": {}, "headers": {"Content-Type": kind, "Idempotency-Key": "two words"}},
        "bad_query": {"params": dict.fromkeys([*door.query, "nonsense"], "\ufffd")},
    }
    return await district.ask(door.method, path, role, office_of(role, THEIRS), **faults[fault])


async def _knock(district: World, door: Door, role: Role | None) -> Any:
    values = {name: _KNOWN.get(name, str(uuid4())) for name in door.parameters}
    body = None if door.body is None else json.loads(json.dumps(door.body).replace("{id}", str(uuid4())))
    department = THEIRS if role is None else office_of(role, THEIRS)
    more = {"headers": door.heads, "params": dict(door.needed)} | ({} if body is None else {"json": body})
    return await district.ask(door.method, door.at(**values), role, department, **more)
