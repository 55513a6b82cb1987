"""A whole district with two departments that have nothing in common: what each did came in through public doors.

Whatever names the first department's people, papers and holders carries `MARK`, so that a leak can be told from chance.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx

from shenguan_chassis.clock import SandboxClock
from shenguan_chassis.http.app import merged
from shenguan_chassis.http.gate import Gate
from shenguan_chassis.identity import Caller
from shenguan_chassis.limits import Limits
from shenguan_contracts.catalogue import topic_of
from shenguan_contracts.types import BUREAU
from shenguan_kernel.roles import BUREAU_ROLES, Role
from shenguan_launcher.district import District, State, open_district

MARK = "密"
OURS, THEIRS = "fire", "health"
"""Whose world is looked into, and who looks."""
_USCC = {OURS: "914403001922038216", THEIRS: "9144030071526726XG"}
_MOBILE = {OURS: "13900000001", THEIRS: "13900000002"}
_POSTS = ("liaison_lead", "liaison_officer", "principal_head")
_PATIENCE = 60.0
_PATIENT = Limits.model_construct(rate=1e9, burst=10**9, stranger_rate=1e9, stranger_burst=10**9)
"""Who walks every road asks faster than people do."""


def office_of(role: Role, department: str) -> str:
    """Where someone of that role sits who would belong to `department`."""
    return BUREAU if role in BUREAU_ROLES else department


@dataclass
class World:
    """A running district, and its people at their doors."""

    district: District
    http: httpx.AsyncClient
    made: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """What each department's doing was answered with."""
    _tokens: dict[tuple[str, str], str] = field(default_factory=dict)

    async def ask(
        self, method: str, path: str, role: Role | None, department: str = BUREAU, **more: Any
    ) -> httpx.Response:
        """One call by someone of that role; None has no token."""
        headers = dict(more.pop("headers", {}))
        if role is not None:
            headers["Authorization"] = f"Bearer {self.token(role, department)}"
        if method == "POST":
            headers = {"Idempotency-Key": str(uuid4()), "If-Match": "*", **headers}
        return await self.http.request(method, path, headers=headers, **more)

    async def do(self, path: str, role: Role, department: str = BUREAU, body: Any = None) -> dict[str, Any]:
        """A command that must succeed."""
        answer = await self.ask("POST", path, role, department, json=body)
        assert answer.is_success, f"{path} as {role} of {department}: {answer.text}"
        shown: dict[str, Any] = answer.json()
        return shown

    async def rows(self, path: str, role: Role, department: str = BUREAU) -> list[dict[str, Any]]:
        """The first page of a list."""
        answer = await self.ask("GET", path, role, department)
        assert answer.is_success, f"{path} as {role} of {department}: {answer.text}"
        found: list[dict[str, Any]] = answer.json()["items"]
        return found

    async def settle(self) -> None:
        """Wait until every service has sent what it said and taken in what it heard."""
        async with asyncio.timeout(_PATIENCE):
            while not all([await self._idle(name) for name in self.district.runtimes]):  # noqa: ASYNC110 - several databases
                await asyncio.sleep(0.02)

    async def _idle(self, name: str) -> bool:
        runtime = self.district.runtimes[name]
        if await runtime.pool.fetchval("SELECT EXISTS (SELECT FROM queue)"):
            return False
        topics = [topic_of(source) for source in runtime.service.hears]
        ends = await self.district.bus.ends(topics) if topics else {}
        done = await self.district.bus.positions(name, topics) if topics else {}
        return all(done.get(place, 0) >= end for place, end in ends.items())

    def token(self, role: Role, department: str = BUREAU) -> str:
        """What someone of that role shows at a door."""
        if (role, department) not in self._tokens:
            person = Caller(
                person=f"{role}-{department}", organisation=department, department=department, roles=frozenset({role})
            )
            self._tokens[role, department] = self.district.state.issuer().issue(person, timedelta(hours=24))
        return self._tokens[role, department]


@asynccontextmanager
async def open_world(state: State) -> AsyncIterator[World]:
    """A district in which both departments have lived."""
    async with open_district_at_hand(state) as world:
        await _found(world)
        for department in (OURS, THEIRS):
            world.made[department] = await _live(world, department)
        await _let_time_pass(world, world.district.clock)
        yield world


@asynccontextmanager
async def open_district_at_hand(state: State) -> AsyncIterator[World]:
    """A district in which nothing has happened, with its doors in this process."""
    async with open_district(state, calls="127.0.0.0/8") as district:
        for name, app in district.apps.items():
            app.state.gate = Gate(_PATIENT, district.runtimes[name].known)
        transport = httpx.ASGITransport(merged(district.apps), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
            yield World(district, http)


async def _found(world: World) -> None:
    offices = {BUREAU: "bureau", OURS: "department", THEIRS: "department", "staffing-office": "overseer"}
    for code, kind in offices.items():
        body = {"department": code, "name": f"{_mark(code)}{code}局", "kind": kind}
        await world.do("/supervision/v1/departments", Role.SYSTEM_ADMINISTRATOR, body=body)
    await world.settle()


def _mark(department: str) -> str:
    return MARK if department == OURS else "公开"


async def _live(world: World, department: str) -> list[dict[str, Any]]:
    """One department's days: posts, people, a licence that is watched and struck, documents, experts, a draw."""
    return [
        *await _staff(world, department),
        *await _license(world, department),
        *await _documents(world, department),
        *await _nominations(world, department),
        *await _experts(world, department),
        await _subscription(world, department),
        await world.do("/notify/v1/agendas", Role.LIAISON_LEAD, department, body={"department": department}),
    ]


async def _staff(world: World, department: str) -> list[dict[str, Any]]:
    path, made = f"/supervision/v1/departments/{department}/posts", []
    for post in _POSTS:
        body = {"person_id": str(uuid4())}
        made.append(await world.do(f"{path}/{post}/designate", Role.SYSTEM_ADMINISTRATOR, body=body))
    person = {
        "name": f"{_mark(department)}某",
        "title": "科长",
        "mobile": _MOBILE[department],
        "department": department,
    }
    made.append(await world.do("/notify/v1/people", Role.LIAISON_LEAD, department, body=person))
    made += await _reminded(world, department, made[-1]["id"])
    await world.settle()
    return made


async def _reminded(world: World, department: str, person: str) -> list[dict[str, Any]]:
    """How an officer is reached, where nobody listens, and a reminder to him."""
    body = {"person_id": person, "webhook": f"https://127.0.0.1:9443/{department}"}
    contact = await world.do("/notify/v1/contacts", Role.LIAISON_LEAD, department, body=body)
    path = f"/notify/v1/contacts/{person}/test"
    return [contact, await world.do(path, Role.LIAISON_LEAD, department, body={"channel": "webhook"})]


async def _license(world: World, department: str) -> list[dict[str, Any]]:
    """Two licences: one is claimed and struck, the other left unclaimed until time has passed."""
    item = await world.do("/approval/v1/items", Role.BUREAU_HEAD, body=_item(department))
    held, left = [await _granted(world, item, department) for _ in range(2)]
    await world.settle()
    entries = await world.rows("/supervision/v1/ledger", Role.INSPECTOR, department)
    watch = next(entry for entry in entries if entry["license_id"] == held["license_id"])
    await world.do(f"/supervision/v1/ledger/{watch['id']}/claim", Role.INSPECTOR, department)
    decision = {
        "license_id": held["license_id"],
        "document_no": "示罚字〔2026〕3号" if department == OURS else "公罚字〔2026〕4号",
        "legal_basis": "示例法第六十条",
        "reason": f"{_mark(department)}：擅自停用设施",
        "decided_on": "2026-01-01",
    }
    penalty = await world.do("/supervision/v1/penalties/revoke", Role.INSPECTOR, department, body=decision)
    await world.settle()
    return [held, left, *entries, penalty]


async def _granted(world: World, item: dict[str, Any], department: str) -> dict[str, Any]:
    applicant = {"name": f"{_mark(department)}商贸有限公司", "uscc": _USCC[department]}
    body = {"item_code": item["item_code"], "channel": "hall", "applicant": applicant}
    case = await world.do("/approval/v1/cases", Role.WINDOW_CLERK, body=body)
    await world.do(f"/approval/v1/cases/{case['id']}/accept", Role.REVIEWER)
    panel = {"kind": "survey", "seats": 1, "fields": [f"{_mark(department)}领域"], "department": department}
    await world.do(f"/approval/v1/cases/{case['id']}/panel-requests", Role.REVIEWER, body=panel)
    return await world.do(f"/approval/v1/cases/{case['id']}/grant", Role.APPROVER)


async def _documents(world: World, department: str) -> list[dict[str, Any]]:
    """One that the department received and passed on, one that it kept, one that the bureau passed on to it."""
    title = {"title": f"{_mark(department)}字通知", "superior": "示例市人民政府办公室"}
    own = [
        await world.do(
            "/supervision/v1/documents", Role.LIAISON_OFFICER, department, body=title | {"recipients": ["bureau"]}
        )
        for _ in range(2)
    ]
    path = f"/supervision/v1/documents/{own[0]['id']}/forwardings"
    await world.do(path, Role.LIAISON_OFFICER, department, body={"recipient": "bureau"})
    given = await world.do("/approval/v1/documents", Role.WINDOW_CLERK, body=title | {"recipients": [department]})
    path = f"/approval/v1/documents/{given['id']}/forwardings"
    await world.do(path, Role.WINDOW_CLERK, body={"recipient": department})
    return [*own, given]


async def _subscription(world: World, department: str) -> dict[str, Any]:
    """A system that is to be called where nobody listens."""
    body = {"department": department, "url": f"https://127.0.0.1:9443/{department}"}
    return await world.do("/notify/v1/subscriptions", Role.LIAISON_LEAD, department, body=body)


async def _nominations(world: World, department: str) -> list[dict[str, Any]]:
    """A window of the department's own, and whom it names."""
    day = (world.district.clock.legal() + timedelta(days=90)).date().isoformat()
    body = {"title": f"{_mark(department)}度推荐", "departments": [department], "closes_on": day}
    window = await world.do("/expert/v1/nomination-windows", Role.REVIEWER, body=body)
    nominee = {
        "name": f"{_mark(department)}某某",
        "mobile": _MOBILE[department],
        "fields": [f"{_mark(department)}领域"],
    }
    filed = {"pool": "survey", "nominees": [nominee]}
    path = f"/expert/v1/nomination-windows/{window['id']}/sub-lists"
    sub_list = await world.do(path, Role.LIAISON_OFFICER, department, body=filed)
    key = {"public_key": "5a" * 32}
    signing = f"/expert/v1/signing-keys/{department}/register"
    return [window, sub_list, await world.do(signing, Role.LIAISON_LEAD, department, body=key)]


async def _experts(world: World, department: str) -> list[dict[str, Any]]:
    nominee = {
        "pool": "survey",
        "department": department,
        "fields": [f"{_mark(department)}领域"],
        "qualifications": ["注册工程师"],
    }
    expert = await world.do("/expert/v1/experts", Role.REVIEWER, body=nominee)
    wanted = {
        "purpose": f"survey/{uuid4()}",
        "pool": "survey",
        "seats": 1,
        "excluded_departments": [THEIRS if department == OURS else OURS],
    }
    draw = await world.do("/expert/v1/draws", Role.APPROVER, body=wanted)
    served = {"expert": draw["panel"][0], "score": 90, "remark": f"{_mark(department)}评语"}
    path = f"/expert/v1/draws/{draw['id']}/evaluations"
    return [expert, draw, await world.do(path, Role.LIAISON_OFFICER, department, body=served)]


def _item(department: str) -> dict[str, Any]:
    return {
        "item_code": f"370302-{department.upper()}-001",
        "name": "示例许可",
        "kind": "licence",
        "legal_basis": "示例条例第十五条",
        "departments": [department],
        "claim_rule": "acknowledge",
        "standard": {
            "conditions": ["符合示例标准"],
            "materials": ["申请表"],
            "flow": ["受理", "决定"],
            "promised_days": 3,
            "statutory_days": 20,
            "venue": "大厅",
        },
    }


async def _let_time_pass(world: World, clock: SandboxClock) -> None:
    """So long that what both left undone is overdue, and was told to everyone on the ladder."""
    await world.settle()
    clock.forward(timedelta(days=40))
    async with asyncio.timeout(_PATIENCE):
        while not {OURS, THEIRS} <= await _told_of(world):  # noqa: ASYNC110 - as a client sees it
            await asyncio.sleep(0.05)
    await world.settle()


async def _told_of(world: World) -> set[str]:
    return {row["department"] for row in await world.rows("/notify/v1/escalations", Role.OVERSEER)}
