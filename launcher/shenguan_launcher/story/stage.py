"""How do the people of the story act? Through the doors, with a token; what others hear of it is awaited and timed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx

from shenguan_chassis.identity import LocalIssuer

from ..people import caller_of, person
from .narrator import Narrator

Forward = Callable[[timedelta], object]
"""Moves the legal clock ahead."""
_PATIENCE = 30.0
_LOOK_AGAIN = 0.004
_ASK_AGAIN = 0.1
_CREATED = 201
ANY_VERSION = "*"
"""`If-Match: *`: whatever the version of what is changed."""


class StoryBroken(Exception):
    """A step did not come out as the notice demands; the message says which, and what was seen."""


@dataclass
class Stage:
    """The doors of a district: `urls` by service, tokens by its issuer."""

    urls: Mapping[str, str]
    issuer: LocalIssuer
    narrator: Narrator
    http: httpx.AsyncClient
    legal: Callable[[], datetime]
    forward: Forward | None = None
    """Moves the legal clock; None where it cannot be moved."""
    facts: dict[str, Any] = field(default_factory=dict)
    _tokens: dict[str, str] = field(default_factory=dict)

    async def do(self, who: str, path: str, body: Any = None, *, said: str, expect: int = 200) -> Any:
        """Let someone give a command: `path` begins with the service; the answer's content is returned.

        Who changes something has read it before, and says which version (If-Match).
        """
        seen = ANY_VERSION if expect == _CREATED else await self._seen(who, path.rpartition("/")[0])
        began = time.perf_counter()
        answer = await self._post(who, path, body, seen)
        if answer.status_code != expect:
            raise StoryBroken(f"{said}: expected {expect}, got {answer.status_code} {answer.text[:400]}")
        self.narrator.act(path.split("/", 2)[1], person(who).title, said, time.perf_counter() - began)
        return answer.json()

    async def tried(self, who: str, path: str, body: Any, *, expect: int) -> Any | None:
        """The answer's content, or None where the command is refused for now."""
        answer = await self._post(who, path, body)
        return answer.json() if answer.status_code == expect else None

    async def refused(self, who: str, path: str, body: Any, *, code: str, said: str) -> Any:
        """Let someone try what must be refused with this code; the problem document is returned."""
        answer = await self._post(who, path, body)
        problem = answer.json()
        codes = {problem.get("code"), *(error["code"] for error in problem.get("errors", ()))}
        if not answer.is_client_error or code not in codes:
            raise StoryBroken(f"{said}: expected a refusal {code}, got {answer.status_code} {answer.text[:400]}")
        detail = next((error["detail"] for error in problem.get("errors", ())), problem["detail"])
        self.narrator.refusal(path.split("/", 2)[1], person(who).title, said, answer.status_code, detail)
        return problem

    async def read(self, who: str | None, path: str, **query: Any) -> Any:
        """What a door shows to someone."""
        answer = await self._get(who, path, query)
        if answer.is_error:
            raise StoryBroken(f"GET {path}: {answer.status_code} {answer.text[:400]}")
        return answer.json() if answer.headers["content-type"].startswith("application/json") else answer.text

    async def file(self, path: str) -> bytes:
        """A public file, byte for byte."""
        answer = await self._get(None, path)
        if answer.is_error:
            raise StoryBroken(f"GET {path}: {answer.status_code} {answer.text[:400]}")
        return answer.content

    async def heard(
        self, look: Callable[[], Awaitable[Any]], *, service: str, said: str, patience: float = _PATIENCE
    ) -> Any:
        """Wait until `look` finds something true at another service, and tell how long after the last act it took."""
        began = time.perf_counter()
        while not (found := await look()):
            if time.perf_counter() - began > patience:
                raise StoryBroken(f"{said}: not seen within {patience:.0f} s")
            await asyncio.sleep(_LOOK_AGAIN)
        self.narrator.heard(service, said)
        return found

    def today(self) -> date:
        """The legal day."""
        return self.legal().astimezone(ZoneInfo("Asia/Shanghai")).date()

    def check(self, holds: object, said: str) -> None:
        """A fact that the notice demands."""
        if not holds:
            raise StoryBroken(said)
        self.narrator.check(said)

    async def _seen(self, who: str, path: str) -> str:
        """The ETag of what lies at `path`, as far as it may be read by whoever wants to change it."""
        seen: str = (await self._get(who, path)).headers.get("ETag", ANY_VERSION)
        return seen

    async def _post(self, who: str, path: str, body: Any, seen: str = ANY_VERSION) -> httpx.Response:
        headers = {**self._known(who), "Idempotency-Key": str(uuid4()), "If-Match": seen}
        return await self._answered(self.http.build_request("POST", self._url(path), json=body, headers=headers))

    async def _get(self, who: str | None, path: str, query: Any = None) -> httpx.Response:
        asked = self.http.build_request("GET", self._url(path), params=query, headers=self._known(who))
        return await self._answered(asked)

    def _url(self, path: str) -> str:
        return self.urls[path.split("/", 2)[1]] + path

    def _known(self, who: str | None) -> dict[str, str]:
        return {} if who is None else {"Authorization": f"Bearer {self._token(who)}"}

    async def _answered(self, asked: httpx.Request) -> httpx.Response:
        """Ask until answered: a service may restart in mid-story, and the key makes the same command count once."""
        began = time.perf_counter()
        while True:
            try:
                return await self.http.send(asked)
            except httpx.TransportError as lost:
                if time.perf_counter() - began > _PATIENCE:
                    raise StoryBroken(f"{asked.url}: {type(lost).__name__}") from lost
                await asyncio.sleep(_ASK_AGAIN)

    def _token(self, who: str) -> str:
        if who not in self._tokens:
            self._tokens[who] = self.issuer.issue(caller_of(person(who)))
        return self._tokens[who]
