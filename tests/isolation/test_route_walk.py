"""隔离: whoever walks every road of the district with another department's token finds nothing that is not his.

The walk asks the applications which doors there are. A door that it cannot open (it knows no foreign thing to ask for,
or no body that passes) fails by name: extend the world or the bodies.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from shenguan_contracts.types import BUREAU
from shenguan_kernel.powers import POWERS
from shenguan_kernel.roles import BUREAU_ROLES, Role
from tests.isolation.doors import Door, doors_of
from tests.isolation.world import MARK, OURS, THEIRS, World

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="package")]

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_KNOWN = {"duty": "file_penalty", "department": OURS, "post": "liaison_lead", "standard_no": "1", "year": "2026"}
"""Values for the names of paths that are no ids."""
_ABSENT = {"duty": "file_penalty", "department": "nowhere", "post": "liaison_lead", "standard_no": "1", "year": "2026"}
_OUTSIDERS = [role for role in Role if role not in POWERS.sees_all]
"""Who sees one department only."""
_TELLING = {"license_no", "document_no", "expert_no", "holder_uscc", "reason"}
"""Fields whose values tell one department's thing from another's."""


class Secrets:
    """What is not the second department's: ids, numbers and marked names of the first, and of the bureau about it."""

    def __init__(self, shown: list[Any], public: list[httpx.Response], made: list[Any]) -> None:
        theirs = [row for row in shown if THEIRS in set(_texts(row))]
        self.rows = [row for row in shown if row not in theirs]
        """What whoever sees all was shown of others than the second department."""
        foreign = {text for row in self.rows for text in _telling(row)}
        foreign -= {text for row in [*theirs, *made] for text in _telling(row)}  # nor is what it made itself
        self.all_ids = sorted(text for text in foreign if _UUID.fullmatch(text))
        self.texts = {text for text in foreign if not any(text in answer.text for answer in public)}
        self.found: dict[str, str | None] = {}
        """Which of the ids a place shows, by its path."""

    @property
    def ids(self) -> list[str]:
        """Those that not everyone may read."""
        return [key for key in self.all_ids if key in self.texts]

    def found_in(self, answer: httpx.Response, *, asked: str = "") -> set[str]:
        """The secrets that an answer tells, but for what was in the question."""
        heads = " ".join(f"{name}: {value}" for name, value in answer.headers.items())
        return {text for text in self.texts if text in answer.text + heads and text not in asked}


def _texts(value: Any) -> Iterator[str]:
    match value:
        case dict():
            for part in value.values():
                yield from _texts(part)
        case list():
            for part in value:
                yield from _texts(part)
        case str():
            yield value


def _telling(row: Any) -> Iterator[str]:
    for text in _texts(row):
        yield from _UUID.findall(text)
        if MARK in text:
            yield text
    if isinstance(row, dict):
        yield from (str(row[name]) for name in _TELLING & row.keys() if row[name])


def _rows_of(answer: httpx.Response) -> list[Any]:
    shown = answer.json()
    rows: list[Any] = shown.get("items", [shown]) if isinstance(shown, dict) else list(shown)
    return rows


def _lists(doors: list[Door]) -> list[Door]:
    return [door for door in doors if door.method == "GET" and not door.parameters]


def _by_id(doors: list[Door]) -> list[Door]:
    return [door for door in doors if door.parameters]


@pytest.fixture(scope="module")
def doors(world: World) -> list[Door]:
    return doors_of(world.district.apps)


@pytest_asyncio.fixture(scope="module", loop_scope="package")
async def secrets(world: World, doors: list[Door]) -> Secrets:
    """Learnt from what the bureau and the overseer are shown, less what everyone is."""
    shown, public = [], []
    for door in _lists(doors):
        for role in (Role.BUREAU_HEAD, Role.OVERSEER):
            answer = await world.ask("GET", door.path, role, BUREAU, params={"limit": 200} if door.query else {})
            if answer.is_success and answer.headers["content-type"] == "application/json":
                shown += _rows_of(answer)
    for door in doors:
        if door.method == "GET" and await _lets_strangers_in(world, door):
            keys = Secrets(shown, [], []).all_ids if door.parameters else [""]
            public += [await world.ask("GET", _filled(door, key), None) for key in keys]
    return Secrets(shown, [answer for answer in public if answer.is_success], world.made[THEIRS])


async def _lets_strangers_in(world: World, door: Door) -> bool:
    """A door asks who is there before it looks for what is wanted."""
    return (await world.ask("GET", _filled(door, str(uuid4())), None)).status_code != 401


def _filled(door: Door, key: str) -> str:
    return door.at(**{name: _KNOWN.get(name, key) for name in door.parameters})


async def test_the_walk_knows_what_there_is_to_hide(secrets: Secrets) -> None:
    nouns = ("商贸有限公司", "字通知", "局")

    assert len(secrets.ids) > 20
    assert all(any(MARK in text and text.endswith(noun) for text in secrets.texts) for noun in nouns), secrets.texts


@pytest.mark.parametrize("role", _OUTSIDERS)
async def test_no_list_count_or_search_shows_anything_of_another_department(
    world: World, doors: list[Door], secrets: Secrets, role: Role
) -> None:
    for door in _lists(doors):
        for query in ["", *_questions(door, secrets), *await _cursors(world, door)]:
            answer = await world.ask("GET", f"{door.path}{query}", role, THEIRS, headers=door.heads)

            assert answer.status_code < 500, (str(door), query, answer.text)
            assert not secrets.found_in(answer, asked=query), (str(door), query)


def _questions(door: Door, secrets: Secrets) -> Iterator[str]:
    """Every query parameter with the other's values, alone and twice."""
    known = {name: text for row in secrets.rows if isinstance(row, dict) for name, text in row.items()}
    for name in door.query:
        for value in {str(known.get(name, secrets.ids[0])), f"{MARK}商"} - {""}:
            yield str(httpx.URL("", params={name: value}))
        yield f"{httpx.URL('', params=[(name, OURS), (name, THEIRS)])}"
        yield f"{httpx.URL('', params=[(name, THEIRS), (name, OURS)])}"
    yield f"?department={OURS}&department={THEIRS}"
    yield f"?dept={OURS}&scope={OURS}"


async def _cursors(world: World, door: Door) -> list[str]:
    """A cursor that was given to who sees all."""
    answer = await world.ask("GET", f"{door.path}?limit=1", Role.BUREAU_HEAD)
    shown = answer.json() if answer.is_success and "json" in answer.headers["content-type"] else {}
    given = shown.get("next") if isinstance(shown, dict) else None
    return [] if given is None else [str(httpx.URL("", params={"after": given}))]


async def test_each_department_is_shown_what_is_its_own(world: World, doors: list[Door]) -> None:
    """Lest the walk finds nothing because there is nothing to find."""
    for department in (OURS, THEIRS):
        shown = {str(door): await _own_rows(world, door, department) for door in _lists(doors)}

        expected = {
            "GET /approval/v1/cases", "GET /approval/v1/licenses", "GET /approval/v1/penalty-files",
            "GET /approval/v1/documents", "GET /supervision/v1/departments", "GET /supervision/v1/ledger",
            "GET /supervision/v1/penalties", "GET /supervision/v1/documents", "GET /notify/v1/obligations",
            "GET /notify/v1/escalations", "GET /expert/v1/experts", "GET /expert/v1/draws",
        }  # fmt: skip
        assert {name for name, rows in shown.items() if rows} >= expected


async def _own_rows(world: World, door: Door, department: str) -> bool:
    answer = await world.ask("GET", door.path, Role.LIAISON_OFFICER, department)
    return answer.is_success and "json" in answer.headers["content-type"] and department in answer.text


async def test_a_foreign_id_is_answered_as_if_it_did_not_exist(
    world: World, doors: list[Door], secrets: Secrets
) -> None:
    unknown = []
    for door in _by_id(doors):
        if await _is_public(world, door, secrets):
            continue
        foreign = await _foreign(world, door, doors, secrets)
        if foreign is None:
            unknown.append(str(door))
            continue
        answers = [await _both(world, door, foreign, role) for role in _OUTSIDERS]
        assert all(there == absent for there, absent in answers), (str(door), answers)
        assert {there[0] for there, _ in answers} <= {403, 404}, (str(door), answers)

    assert not unknown, f"no foreign thing is known for {unknown}: extend tests/isolation/world.py"


async def _is_public(world: World, door: Door, secrets: Secrets) -> bool:
    if door.method != "GET":
        return False
    answers = [await world.ask("GET", _filled(door, key), None) for key in (*secrets.ids[:1], str(uuid4()))]
    return all(answer.status_code != 401 for answer in answers)


async def _foreign(world: World, door: Door, doors: list[Door], secrets: Secrets) -> str | None:
    """The id of something of the first department that who sees all is shown at this place."""
    if all(name in _KNOWN for name in door.parameters):
        return ""
    place = next((other for other in doors if other.method == "GET" and other.path == door.shown_at), door)
    if place.method == "GET" and place.path not in secrets.found:
        secrets.found[place.path] = await _first_shown(world, place, secrets)
    return secrets.found.get(place.path)


async def _first_shown(world: World, place: Door, secrets: Secrets) -> str | None:
    for key in secrets.all_ids:
        for role in (Role.BUREAU_HEAD, Role.OVERSEER, Role.SYSTEM_ADMINISTRATOR):
            answer = await world.ask("GET", _filled(place, key), role)
            if answer.is_success and THEIRS not in answer.text:
                return key
    return None


async def _both(world: World, door: Door, foreign: str, role: Role) -> tuple[Any, Any]:
    absent = str(uuid4())
    there = await _knock(world, door, role, {name: _KNOWN.get(name, foreign) for name in door.parameters})
    nowhere = await _knock(world, door, role, {name: _ABSENT.get(name, absent) for name in door.parameters})
    return _told(there, {foreign: "ID", OURS: "DEPT"}), _told(nowhere, {absent: "ID", "nowhere": "DEPT"})


async def _knock(world: World, door: Door, role: Role, values: dict[str, str]) -> httpx.Response:
    body = None if door.body is None else json.loads(json.dumps(door.body).replace("{id}", str(uuid4())))
    more = {"headers": door.heads, "params": dict(door.needed)} | ({} if body is None else {"json": body})
    return await world.ask(door.method, door.at(**values), role, THEIRS, **more)


def _told(answer: httpx.Response, names: dict[str, str]) -> tuple[int, str, list[str]]:
    """Status, body and names of headers; without trace, and with what was asked for under one name."""
    text = re.sub(r',?"trace":"[0-9a-f]+"', "", answer.text)
    for name, stands_for in names.items():
        text = text.replace(name, stands_for) if name else text
    return answer.status_code, text, sorted(answer.headers)


async def test_a_foreign_id_in_a_body_is_answered_as_if_it_did_not_exist(
    world: World, doors: list[Door], secrets: Secrets
) -> None:
    for door in (door for door in doors if "{id}" in json.dumps(door.body)):
        for role in _OUTSIDERS:
            absent = await _send(world, door, role, str(uuid4()))
            for key in secrets.ids:
                assert await _send(world, door, role, key) == absent, (str(door), role, key)


async def _send(world: World, door: Door, role: Role, key: str) -> tuple[int, str, list[str]]:
    body = json.loads(json.dumps(door.body).replace("{id}", key))
    return _told(await world.ask("POST", door.path, role, THEIRS, json=body), {key: "ID"})


async def test_nobody_enters_anything_for_another_department(world: World) -> None:
    case = {
        "item_code": "370302-FIRE-001",
        "channel": "web",
        "applicant": {"name": "走查", "uscc": "91110000802100433B"},
    }

    answer = await world.ask("POST", "/approval/v1/cases", Role.MACHINE_CLIENT, THEIRS, json=case)

    assert (answer.status_code, answer.json()["code"]) == (403, "not_your_department")


@pytest.mark.parametrize("role", sorted(BUREAU_ROLES))
async def test_a_bureau_role_in_another_office_is_no_role(world: World, doors: list[Door], role: Role) -> None:
    for door in _lists(doors):
        answer = await world.ask("GET", door.path, role, THEIRS)
        public = await world.ask("GET", door.path, None)

        assert answer.status_code == 401 or public.status_code != 401, str(door)


async def test_the_overseer_reads_every_department_and_changes_nothing(world: World, doors: list[Door]) -> None:
    before = await _events(world)

    for door in doors:
        if door.method != "GET":
            values = {name: _KNOWN.get(name, str(uuid4())) for name in door.parameters}
            answer = await _knock(world, door, Role.OVERSEER, values)
            assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed"), (str(door), answer.text)
    departments = {row["department"] for row in await world.rows("/supervision/v1/ledger", Role.OVERSEER)}

    assert departments == {OURS, THEIRS}
    assert await _events(world) == before


async def _events(world: World) -> int:
    counts = [await runtime.pool.fetchval("SELECT count(*) FROM event") for runtime in world.district.runtimes.values()]
    return sum(counts)
