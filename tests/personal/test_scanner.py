"""No phone or identity number given to any endpoint is on the bus, in a log, a trace, a metric, a problem or in clear.

The numbers are invented: the phone belongs to nobody who was asked, the identity number to a birth in 1880.
"""

from __future__ import annotations

import logging
from typing import Any
from uuid import uuid4

import httpx
import pytest

from shenguan_contracts.types import BUREAU
from shenguan_kernel.roles import DEPARTMENT_ROLES, Role
from tests.isolation.doors import Door, doors_of
from tests.isolation.world import OURS, World
from tests.personal.conftest import Watched
from tests.personal.looking import tables_with
from tests.personal.trying import Attempt, attempts, in_texts

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

PHONE, IDENTITY = "19987654321", "37030218800808000X"
OTHERWISE = (f"+86{PHONE}", "199-8765-4321", "199 8765 4321", IDENTITY.lower())
OTHERS = ("19987654322", "370302188008080026")
"""Of somebody else who is kept in the same district."""
SOUGHT = (PHONE, "199-8765-4321", "199 8765 4321", IDENTITY, IDENTITY.lower())
PURPOSE = "通知补正材料事宜"


class Looked:
    """What answers held that they must not."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.leaks: set[str] = set()
        self.answers = 0
        self.broken: list[str] = []

    async def ask(self, door: Door, attempt: Attempt, role: Role) -> httpx.Response:
        """One request; what its answer shows of a number is noted."""
        department = OURS if role in DEPARTMENT_ROLES or role is Role.MACHINE_CLIENT else BUREAU
        headers = {
            "Authorization": f"Bearer {self.world.token(role, department)}",
            "Idempotency-Key": str(uuid4()),
            "If-Match": "*",
            "Content-Type": "application/json",
            **door.heads,
            **attempt.headers,
        }
        path = attempt.path + (f"?{attempt.query}" if attempt.query else "")
        answer = await self.world.http.request(door.method, path, headers=headers, content=attempt.body)
        self.answers += 1
        said = answer.text + str(answer.headers)
        if any(number in said for number in SOUGHT):
            self.leaks.add(f"{door} answers {answer.status_code} with a number")
        if answer.status_code >= 500:
            self.broken.append(f"{door} {attempt}: {answer.text}")
        return answer


async def drive(world: World) -> Looked:
    """Every number at every place of every door, by somebody who may pass it if anybody may."""
    looked = Looked(world)
    for door in doors_of(world.district.apps):
        role = await passing(looked, door)
        for number in (PHONE, IDENTITY):
            for attempt in attempts(door, number, str(uuid4())):
                await looked.ask(door, attempt, role)
        for number in OTHERWISE:
            for attempt in in_texts(door, number, str(uuid4())):
                await looked.ask(door, attempt, role)
    return looked


async def passing(looked: Looked, door: Door) -> Role:
    """The first role that the door does not turn away."""
    plain = Attempt(door.at(**dict.fromkeys(door.parameters, str(uuid4()))))
    for role in Role:
        if (await looked.ask(door, plain, role)).status_code != httpx.codes.FORBIDDEN:
            return role
    raise AssertionError(f"{door} lets nobody pass")


async def keep_them(world: World, phone: str, identity: str) -> list[dict[str, Any]]:
    """The numbers in the fields meant for them: kept, found and read out. Answers with what was read out."""
    lead = {"role": Role.LIAISON_LEAD, "department": OURS}
    person = {"department": OURS, "name": "示例甲", "title": "示例职务", "mobile": phone}
    officer = await world.do("/notify/v1/people", body=person, **lead)  # type: ignore[arg-type]
    mail = {"person_id": officer["id"], "email": f"{phone}@example.com", "sms": True}
    reached = await world.do("/notify/v1/contacts", body=mail, **lead)  # type: ignore[arg-type]
    who = {"name": "示例乙", "mobile": phone, "resident_id": identity}
    nominee = {"pool": "think_tank", "department": "market", "fields": ["示例"], **who}
    expert = await world.do("/expert/v1/experts", Role.REVIEWER, body=nominee)
    noted, notes = await nominate_with_notes(world, phone, identity)
    item = (await world.rows("/approval/v1/items", Role.REVIEWER))[0]
    applicant = {"name": "示例公司", "uscc": "91110000802100433B"}
    submitted = {"item_code": item["item_code"], "channel": "hall", "applicant": applicant, "agent": who}
    case = await world.do("/approval/v1/cases", Role.WINDOW_CLERK, body=submitted)
    for path in ("/notify/v1/people-by-number", "/expert/v1/experts-by-number", "/approval/v1/cases-by-number"):
        found = await world.ask("GET", path, Role.REVIEWER, headers={"Find-Mobile": phone})
        assert len(found.json()["items"]) == 1, found.text
        assert not any(number in found.text for number in SOUGHT)
    kept = [("notify", "people", officer, "mobile"), ("expert", "experts", expert, "resident_id")]
    kept += [("approval", "cases", case, "agent_mobile"), ("notify", "contacts", reached, "email")]
    kept += [("expert", "experts", noted, field) for field in notes]
    told = []
    for service, noun, made, field in kept:
        ask = {"field": field, "purpose": PURPOSE}
        who_may = lead if noun == "contacts" else {"role": Role.REVIEWER}
        told.append(await world.do(f"/{service}/v1/{noun}/{made['id']}/unmask", body=ask, **who_may))
    return told


async def nominate_with_notes(world: World, phone: str, identity: str) -> tuple[dict[str, Any], dict[str, str]]:
    """An expert of a department's sub-list with numbers in each field that takes words; and what was written there."""
    notes = {"education": f"大学，档案号 {identity}", "other_numbers": phone, "remark": f"家属 {phone}，{identity}"}
    window = (await world.rows("/expert/v1/nomination-windows", Role.REVIEWER))[0]
    (office,) = window["departments"]
    nominee = {"name": "示例丙", "mobile": f"139{phone[-8:]}", "fields": ["示例"], **notes}
    filed = {"pool": "think_tank", "nominees": [nominee], "deviation": "示例"}
    await world.do(f"/expert/v1/nomination-windows/{window['id']}/sub-lists", Role.LIAISON_OFFICER, office, filed)
    found = await world.ask(
        "GET", "/expert/v1/experts-by-number", Role.REVIEWER, headers={"Find-Mobile": nominee["mobile"]}
    )
    assert not any(number in found.text for number in SOUGHT)
    (expert,) = found.json()["items"]
    return expert, notes


async def test_no_number_given_to_any_endpoint_is_found_where_it_must_not_be(
    watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # the client's own words, not the district's
    world = watched.world

    told = await keep_them(world, PHONE, IDENTITY)
    looked = await drive(world)
    await world.settle()

    assert [one["value"] for one in told[:4]] == [PHONE, IDENTITY, PHONE, f"{PHONE}@example.com"]
    assert [one["value"] for one in told[4:]] == [f"大学，档案号 {IDENTITY}", PHONE, f"家属 {PHONE}，{IDENTITY}"]
    assert looked.answers > 4_000
    assert looked.broken == []
    assert looked.leaks == set()
    for name, dsn in addresses(world).items():
        assert await tables_with(dsn, SOUGHT) == [], name
    log = watched.log.getvalue() + caplog.text
    assert not [number for number in SOUGHT if number in log]
    metrics = await world.http.get("/metrics")
    assert not [number for number in SOUGHT if number in metrics.text]


async def test_the_look_into_the_databases_finds_what_is_there(watched: Watched) -> None:
    world = watched.world
    await keep_them(world, *OTHERS)

    there = ["示例职务", PURPOSE, "擅自停用设施"]

    found = {name: await tables_with(dsn, there) for name, dsn in addresses(world).items()}

    assert "people" in found["notify"]
    assert "journal" in found["approval"]
    assert "journal" in found["expert"]
    assert found["bus"], "an event's own words are on the bus, as bytes"
    assert {"penalties"} & set(found["supervision"])


def addresses(world: World) -> dict[str, str]:
    """Every database of the district."""
    settings = {name: runtime.settings for name, runtime in world.district.runtimes.items()}
    services = {name: one.database_url.get_secret_value() for name, one in settings.items()}
    return {**services, "bus": world.district.bus_url}
