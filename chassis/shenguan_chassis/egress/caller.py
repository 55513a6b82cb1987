"""How is one message sent to one receiver? On a connection to an address that was looked at, within bounds.

No redirect is followed and no proxy of the environment is used. The answer is read as far as `MOST_ANSWER` bytes and
as long as `patience` seconds, whatever the receiver sends. Each receiver has connections of its own: one with which TLS
was agreed for a name never serves another name at the same address.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from .addresses import AddressRefused, Allowed, Target, parsed, resolved
from .outcome import Answered, Outcome, Unreachable
from .wire import ConnectionEnded, Heard, Wire, request_of

MOST_SHOWN = 200
"""Letters of an answer that are kept for people."""
_CONNECTS_WITHIN = 5.0
_IDLE = 20.0
"""Seconds after which a connection is not used again."""
_MOST_DATE, _MOST_DIGITS = 40, 9
_FRESH = 5.0
"""Seconds for which an address that was looked up and judged is called without another look-up."""


class Outgoing:
    """The connections to one receiver; `close` it."""

    def __init__(self, url: str, allowed: Allowed, tls: ssl.SSLContext, *, most: int = 4, patience: float = 15) -> None:
        self._url = url
        self._allowed = allowed
        self._tls = tls
        self._patience = patience
        self._places = asyncio.Semaphore(most)
        self._looking = asyncio.Lock()
        self._found, self._good_until = "", 0.0
        self._idle: list[Wire] = []

    async def close(self) -> None:
        """Let go of its connections."""
        while self._idle:
            self._idle.pop().close()

    async def send(self, body: bytes, headers: Mapping[str, str]) -> Outcome:
        """Send a body by POST; never raises for what the receiver or the way to it does."""
        try:
            async with self._places, asyncio.timeout(self._patience):
                target = parsed(self._url)
                address = await self._address(target)
                known = {"host": target.authority, "user-agent": "Shenguan-Webhooks/1", "accept": "*/*", **headers}
                return _answered(await self._asked(target, address, request_of(target.path, known, body)))
        except AddressRefused as refused:
            return Unreachable(f"address_{refused.code}")
        except TimeoutError:
            return Unreachable("timed_out")
        except ssl.SSLError:
            return Unreachable("certificate_refused")
        except ConnectionEnded:
            return Unreachable("connection_lost")
        except OSError:
            return Unreachable("connection_refused")

    async def _address(self, target: Target) -> str:
        """Where its name leads now, judged. It is asked for once in a while, not for each message."""
        now = asyncio.get_running_loop().time()
        async with self._looking:
            if now >= self._good_until:
                found = (await resolved(target, self._allowed))[0]
                if found != self._found:
                    await self.close()
                self._found, self._good_until = found, now + _FRESH
        return self._found

    async def _asked(self, target: Target, address: str, request: bytes) -> Heard:
        """The answer. A connection that had been left while it was idle is not the receiver's failure."""
        while (known := self._known()) is not None:
            try:
                return await self._over(known, request)
            except ConnectionEnded as ended:
                if not ended.unheard:
                    raise
        return await self._over(await self._connected(target, address), request)

    def _known(self) -> Wire | None:
        now = asyncio.get_running_loop().time()
        while self._idle:
            wire = self._idle.pop()
            if wire.open and now - wire.idle_since < _IDLE:
                return wire
            wire.close()
        return None

    async def _connected(self, target: Target, address: str) -> Wire:
        secure = target.scheme == "https"
        async with asyncio.timeout(_CONNECTS_WITHIN):
            _, wire = await asyncio.get_running_loop().create_connection(
                Wire,
                address,
                target.port,
                ssl=self._tls if secure else None,
                server_hostname=target.host if secure else None,
            )
        return wire

    async def _over(self, wire: Wire, request: bytes) -> Heard:
        heard = await wire.ask(request)
        wire.idle_since = asyncio.get_running_loop().time()
        if wire.open:
            self._idle.append(wire)
        return heard


def _answered(heard: Heard) -> Answered:
    told, now = heard.headers.get(b"retry-after", b""), heard.headers.get(b"date", b"")
    seconds = _seconds(told.decode("latin-1"), now.decode("latin-1"))
    text = heard.body[: MOST_SHOWN * 4].decode("utf-8", "replace")
    return Answered(heard.status, seconds, "".join(one if one.isprintable() else " " for one in text)[:MOST_SHOWN])


def _seconds(told: str, now: str) -> float | None:
    """Retry-After in seconds. A date is counted from the answer's own `Date`: whose clock is wrong does not matter.

    None for what is neither, and for a date in an answer without one (RFC 9110 §6.6.1, §10.2.3).
    """
    if told.isdecimal() and len(told) <= _MOST_DIGITS:
        return float(told)
    until, since = _instant(told), _instant(now)
    return None if until is None or since is None else max(0.0, (until - since).total_seconds())


def _instant(told: str) -> datetime | None:
    if len(told) > _MOST_DATE:
        return None
    try:
        said = parsedate_to_datetime(told)
    except ValueError:
        return None
    return said.replace(tzinfo=said.tzinfo or UTC)


def tls_context(authorities: Path | None, certificate: Path | None, key: Path | None) -> ssl.SSLContext:
    """Certificates are always checked: by the system's authorities and the operator's; ours is shown where asked for.

    Raises OSError or ssl.SSLError for files that are no certificates.
    """
    context = ssl.create_default_context()
    if authorities is not None:
        context.load_verify_locations(authorities)
    if certificate is not None:
        context.load_cert_chain(certificate, key)
    return context
