"""Draws across the services, through public doors only: a case asks for its experts, and time voids what stays open."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio

from shenguan_contracts.types import BUREAU
from shenguan_kernel.lots import chain, verify_draw
from shenguan_kernel.lots.encoding import Hashing
from shenguan_kernel.roles import Role
from shenguan_launcher.demo import fresh_state
from tests.isolation.world import World, open_district_at_hand

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

DEPARTMENTS = ("fire", "health", "market")
OFFICES = (BUREAU, "fire", "health")
PATIENCE = 60.0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def district() -> AsyncIterator[World]:
    """Three departments with one surveyor each, and one item that the first of them supervises."""
    with fresh_state() as state:
        async with open_district_at_hand(state) as world:
            for code in (BUREAU, *DEPARTMENTS):
                kind = "bureau" if code == BUREAU else "department"
                office = {"department": code, "name": f"{code}局", "kind": kind}
                await world.do("/supervision/v1/departments", Role.SYSTEM_ADMINISTRATOR, body=office)
            for department in DEPARTMENTS:
                expert = {"pool": "survey", "department": department, "fields": ["消防"], "qualifications": ["工程师"]}
                await world.do("/expert/v1/experts", Role.REVIEWER, body=expert)
            await world.settle()
            await world.do("/approval/v1/items", Role.BUREAU_HEAD, body=ITEM)
            yield world


ITEM = {
    "item_code": "370302-FIRE-001",
    "name": "示例许可",
    "kind": "licence",
    "legal_basis": "示例条例第十五条",
    "departments": ["fire"],
    "claim_rule": "acknowledge",
    "standard": {
        "conditions": ["符合示例标准"], "materials": ["申请表"], "flow": ["受理", "决定"],
        "promised_days": 10, "statutory_days": 20, "venue": "大厅",
    },
}  # fmt: skip


async def until(look: Callable[[], Awaitable[Any]]) -> Any:
    """What a client finds who looks until it is there."""
    async with asyncio.timeout(PATIENCE):
        while not (found := await look()):  # noqa: ASYNC110 - as a client looks
            await asyncio.sleep(0.02)
    return found


async def shown(world: World, path: str, role: Role = Role.REVIEWER) -> Any:
    answer = await world.ask("GET", path, role)
    assert answer.is_success, answer.text
    return answer.json()


async def test_a_case_asks_for_a_survey_team_and_shows_who_was_drawn_and_why_another_cannot_be(district: World) -> None:
    applicant = {"name": "示例商贸有限公司", "uscc": "914403001922038216"}
    body = {"item_code": ITEM["item_code"], "channel": "hall", "applicant": applicant}
    case = await district.do("/approval/v1/cases", Role.WINDOW_CLERK, body=body)
    path = f"/approval/v1/cases/{case['id']}"
    await district.do(f"{path}/accept", Role.REVIEWER)

    wanted = {"kind": "survey", "seats": 2, "per_department": 1, "fields": ["消防"], "department": "fire"}
    request = await district.do(f"{path}/panel-requests", Role.REVIEWER, body=wanted)
    hearing = await district.do(f"{path}/panel-requests", Role.REVIEWER, body={"kind": "hearing", "seats": 3})

    async def answered() -> Any:
        found = await shown(district, f"{path}/panels")
        return found if found["panels"] and found["refusals"] else None

    answer = await until(answered)
    (panel,), (refusal,) = answer["panels"], answer["refusals"]
    certificate = (await district.ask("GET", f"/expert/v1/draws/{panel['draw_id']}/certificate", None)).content
    assert (panel["kind"], panel["panel_request_id"], len(panel["panel"])) == ("survey", request["id"], 2)
    assert "fire" in panel["departments"]
    assert verify_draw.verify(certificate)[0]["panel"] == panel["panel"]
    assert (refusal["panel_request_id"], refusal["code"]) == (hearing["id"], "no_lawful_panel")


TIMES = {"commit_by": 1, "give_by": 2, "reveal_by": 3, "open_by": 4, "due": 5}
"""Hours from the declaration."""


async def declared(world: World, *, beacon: bool) -> dict[str, Any]:
    """A draw of level 1, or of level 2."""

    def at(name: str) -> str:
        return (world.district.clock.legal() + timedelta(hours=TIMES[name])).isoformat()

    source = {"kind": "lottery", "source": "示例彩票", "round": "2026024", "due": at("due")}
    body = {"purpose": f"survey/{uuid4()}", "pool": "survey", "seats": 1, "contributors": list(OFFICES)}
    body |= {"commit_by": at("commit_by"), "reveal_by": at("reveal_by")} | ({"beacon": source} if beacon else {})
    return await world.do("/expert/v1/draws", Role.REVIEWER, body=body)


async def send(world: World, draw: dict[str, Any], what: str) -> dict[str, Any]:
    """Every office's commitment, or its number."""
    for office in OFFICES:
        role = Role.REVIEWER if office == BUREAU else Role.LIAISON_LEAD
        number = office.encode().ljust(32)
        bound = chain.commitment(Hashing.SHA256, bytes.fromhex(draw["declaration_hash"]), office, number)
        body = {"commitment": bound.hex()} if what == "commitments" else {"number": number.hex()}
        draw = await world.do(f"/expert/v1/draws/{draw['id']}/{what}", role, office, body=body)
    return draw


@pytest.mark.parametrize(
    ("duty", "waits_for", "beacon", "reason"),
    [
        ("draw_commitments", (), False, "逾期未提交承诺"),
        ("draw_reveals", ("commitments",), False, "逾期未公开随机数"),
        ("draw_beacon", ("commitments", "reveals"), True, "逾期未录入公共随机值"),
    ],
)
async def test_a_draw_whose_next_step_never_comes_is_voided_by_the_timekeeper(
    district: World, duty: str, waits_for: tuple[str, ...], beacon: bool, reason: str
) -> None:
    draw = await declared(district, beacon=beacon)
    for what in waits_for:
        draw = await send(district, draw, what)

    async def timer() -> Any:
        found = await shown(district, f"/notify/v1/obligations?duty={duty}&about=draw/{draw['id']}", Role.OVERSEER)
        return found["items"]

    (running,) = await until(timer)
    due = datetime.fromisoformat(running["due_at"])
    district.district.clock.forward(due - district.district.clock.legal() + timedelta(minutes=1))

    async def voided() -> Any:
        found = await shown(district, f"/expert/v1/draws/{draw['id']}")
        return found if found["state"] == "voided" else None

    assert (await until(voided))["void_reason"] == reason
