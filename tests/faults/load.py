"""What do clients do while processes die? They apply, accept, grant and claim, each with an Idempotency-Key.

An attempt without a certain answer is asked again with the same key, until there is one. Every attempt is logged.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Any
from uuid import UUID

import httpx
import orjson

from shenguan_chassis.identity import Caller, LocalIssuer
from shenguan_chassis.testing.processes import until
from supervision_svc.ledger.store import watch_id
from tests.faults.records import Attempt, Outcome

DEPARTMENTS = ("fire", "health")
_ITEM = {
    "item_code": "TEST-FAULTS",
    "name": "示例许可",
    "kind": "licence",
    "legal_basis": "示例条例第一条",
    "departments": list(DEPARTMENTS),
    "claim_rule": "acknowledge",
    "standard": {
        "conditions": ["符合标准"],
        "materials": ["申请表"],
        "flow": ["受理", "决定"],
        "promised_days": 3,
        "statutory_days": 20,
        "venue": "大厅",
    },
}
_CASE = {
    "item_code": "TEST-FAULTS",
    "channel": "hall",
    "applicant": {"name": "示例商贸有限公司", "uscc": "914403001922038216"},
}
_CLIENTS = 6
_PATIENCE = 15.0
"""Seconds that a client waits for an answer: longer than any request may hang (faults.md), so that it is seen."""
_ASKED_AGAIN = 0.05
"""Share of the acknowledged commands that are asked again at once, as by a client that lost the answer."""
_PUSHED_WITHIN = 1.5
"""Seconds after a grant before its department first tries to claim it."""


@dataclass(frozen=True, slots=True)
class Act:
    """What a client asks for, under one key; see `Attempt` for `lawful`."""

    service: str
    path: str
    body: Any
    key: str
    lawful: bool = False


@dataclass
class Person:
    """One caller. Without token a client could not act; each attempt goes into the common log."""

    name: str
    http: httpx.AsyncClient
    urls: dict[str, str]
    log: list[Attempt]

    async def attempt(self, act: Act) -> tuple[Attempt, Any]:
        """Ask once; the attempt as it is logged, and the answer where there is one."""
        began, answer = monotonic(), None
        with suppress(httpx.TransportError):
            url = f"{self.urls[act.service]}/{act.service}/v1{act.path}"
            answer = await self.http.post(url, json=act.body, headers={"Idempotency-Key": act.key, "If-Match": "*"})
        attempt = Attempt(
            service=act.service,
            person=self.name,
            key=act.key,
            command=act.path.rpartition("/")[2],
            outcome=_outcome(answer),
            answer=answer.content if answer is not None and answer.is_success else b"",
            shows=_shows(act.path, answer),
            lawful=act.lawful,
            seconds=monotonic() - began,
        )
        self.log.append(attempt)
        return attempt, orjson.loads(attempt.answer) if attempt.answer else None

    async def insist(self, act: Act, *, again: bool = False) -> Any:
        """Ask with one key until the answer is certain; None if it is a refusal. `again` asks once more after it."""
        pause = 0.05
        attempt, shown = await self.attempt(act)
        while attempt.outcome is Outcome.UNKNOWN:
            await asyncio.sleep(pause)
            pause = min(1.0, pause * 2)
            attempt, shown = await self.attempt(act)
        if again and shown is not None:
            await self.attempt(act)
        return shown


@dataclass
class Clients:
    """The clients of one run, some commands a second between them, until they are told to begin nothing new."""

    urls: dict[str, str]
    issuer: LocalIssuer
    per_second: float
    log: list[Attempt] = field(default_factory=list)
    _closing: asyncio.Event = field(default_factory=asyncio.Event)
    _granted: deque[tuple[float, UUID, str]] = field(default_factory=deque)

    async def furnish(self) -> None:
        """Register the departments and publish the item, which approval-svc refuses until it has heard of them."""
        async with self._person("administrator", "system_administrator", "bureau") as administrator:
            for code in DEPARTMENTS:
                office = {"department": code, "name": code, "kind": "department"}
                await administrator.insist(Act("supervision", "/departments", office, f"register-{code}", lawful=True))
        async with self._person("head", "bureau_head", "bureau") as head:
            await until(lambda: head.insist(Act("approval", "/items", _ITEM, "publish")))

    async def work(self, seed: int) -> None:
        """Work until `close`; what is in hand then is brought to its answer."""
        async with asyncio.TaskGroup() as group:
            for number in range(_CLIENTS):
                group.create_task(self._client(str(number), random.Random(f"{seed}/{number}")))

    def close(self) -> None:
        """Begin nothing new."""
        self._closing.set()

    async def _client(self, name: str, chance: random.Random) -> None:
        async with AsyncExitStack() as stack:
            clerk = await stack.enter_async_context(self._person(f"clerk-{name}", "window_clerk", "bureau"))
            reviewer = await stack.enter_async_context(self._person(f"reviewer-{name}", "reviewer", "bureau"))
            approver = await stack.enter_async_context(self._person(f"approver-{name}", "approver", "bureau"))
            inspectors = {
                code: await stack.enter_async_context(self._person(f"{code}-{name}", "inspector", code))
                for code in DEPARTMENTS
            }
            turn = 0
            while not self._closing.is_set():
                turn += 1
                case = await self._act(chance, clerk, "/cases", _CASE, f"submit-{turn}")
                path = f"/cases/{case['id']}" if case else ""
                accepted = case and await self._act(chance, reviewer, f"{path}/accept", {}, f"accept-{turn}")
                granted = accepted and await self._act(chance, approver, f"{path}/grant", {}, f"grant-{turn}")
                if granted:
                    self._granted += [(monotonic(), UUID(granted["license_id"]), code) for code in DEPARTMENTS]
                await self._claim(chance, inspectors)

    async def _act(self, chance: random.Random, who: Person, path: str, body: Any, key: str) -> Any:
        """One step of a case; nothing stands in its way."""
        await self._pace(chance)
        return await who.insist(Act("approval", path, body, key, lawful=True), again=chance.random() < _ASKED_AGAIN)

    async def _claim(self, chance: random.Random, inspectors: dict[str, Person]) -> None:
        """Claim what was granted some time ago; a department that has not heard of it yet tries again later."""
        for _ in range(min(len(DEPARTMENTS), len(self._granted))):
            since, license_id, code = self._granted.popleft()
            if monotonic() - since < _PUSHED_WITHIN:
                self._granted.appendleft((since, license_id, code))
                return
            await self._pace(chance)
            watch = watch_id(license_id, code)
            claim = Act("supervision", f"/ledger/{watch}/claim", {}, f"claim-{watch}")
            if await inspectors[code].insist(claim) is None:
                self._granted.append((monotonic(), license_id, code))

    async def _pace(self, chance: random.Random) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._closing.wait(), chance.expovariate(self.per_second / _CLIENTS))

    @asynccontextmanager
    async def _person(self, name: str, role: str, department: str) -> AsyncIterator[Person]:
        caller = Caller(person=name, organisation="test", department=department, roles=frozenset({role}))
        headers = {"Authorization": f"Bearer {self.issuer.issue(caller)}"}
        async with httpx.AsyncClient(headers=headers, timeout=_PATIENCE) as http:
            yield Person(name, http, self.urls, self.log)


def _outcome(answer: httpx.Response | None) -> Outcome:
    if answer is None or answer.is_server_error:
        return Outcome.UNKNOWN
    return Outcome.OK if answer.is_success else Outcome.FAIL


def _shows(path: str, answer: httpx.Response | None) -> tuple[tuple[str, int], ...]:
    """The events that an answer vouches for: that of the aggregate it shows, and of the licence that a grant issues."""
    if answer is None or not answer.is_success:
        return ()
    shown, number = answer.json(), int(answer.headers["ETag"].strip('"'))
    noun = {"claim": "watch", "items": "item", "departments": "department"}.get(path.rpartition("/")[2], "case")
    license_id = shown.get("license_id") if path.endswith("/grant") else None
    return ((f"{noun}/{shown['id']}", number), *([(f"license/{license_id}", 1)] if license_id else []))
