"""How do we learn the keys of an identity provider? From its JSON Web Key Set, fetched rarely and kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

import httpx
import structlog
from pydantic import BaseModel, ValidationError

from shenguan_chassis.identity.keys import VerifyingKey, verifying_keys
from shenguan_chassis.identity.refusals import KeysUnreachable

LARGEST_KEY_SET: Final = 1 << 20
TIME_OUT: Final = 5.0

_log = structlog.get_logger(__name__)


class _KeySet(BaseModel):
    keys: list[dict[str, Any]]


class JwksKeys:
    """The keys behind one URL (JWKS).

    An unknown id or an old set asks again, at most once per `patience` and one request at a time. While the provider
    is silent the old set stays in force, and only who brings an unknown id waits. Redirects are not followed.
    """

    def __init__(
        self,
        url: str,
        now: Callable[[], datetime],
        patience: timedelta = timedelta(seconds=10),
        fresh_for: timedelta = timedelta(minutes=10),
    ) -> None:
        self._url = url
        self._now = now
        self._patience = patience
        self._fresh_for = fresh_for
        self._keys: dict[str, VerifyingKey] = {}
        self._tried_at: datetime | None = None
        self._fetched_at: datetime | None = None
        self._turn = asyncio.Lock()

    async def find(self, kid: str) -> VerifyingKey | None:
        """The key of that id, or None; raises KeysUnreachable if the set could not be asked and does not hold it."""
        fresh = self._within(self._fetched_at, self._fresh_for)
        if kid not in self._keys or not (fresh or self._turn.locked()):
            await self._refresh()
        if kid not in self._keys and self._fetched_at != self._tried_at:
            raise KeysUnreachable
        return self._keys.get(kid)

    async def _refresh(self) -> None:
        async with self._turn:
            if self._within(self._tried_at, self._patience):
                return
            try:
                self._keys = verifying_keys(_KeySet.model_validate_json(await self._fetch()).keys)
                self._fetched_at = self._tried_at = self._now()
            except (httpx.HTTPError, TimeoutError, ValidationError) as error:
                self._tried_at = self._now()
                _log.warning("jwks_not_fetched", url=self._url, error=type(error).__name__)

    async def _fetch(self) -> bytes:
        body = b""
        async with (
            asyncio.timeout(TIME_OUT),
            httpx.AsyncClient(timeout=TIME_OUT, follow_redirects=False) as client,
            client.stream("GET", self._url, headers={"Accept": "application/json"}) as answer,
        ):
            answer.raise_for_status()
            async for chunk in answer.aiter_bytes():
                body += chunk
                if len(body) > LARGEST_KEY_SET:
                    raise httpx.DecodingError("the key set is too large")
        return body

    def _within(self, since: datetime | None, span: timedelta) -> bool:
        """A clock that went back does not hold the door shut."""
        return since is not None and timedelta() <= self._now() - since < span
