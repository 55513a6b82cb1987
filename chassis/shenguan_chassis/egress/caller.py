"""How is one message sent to one receiver? On a connection to an address that was looked at, within bounds.

No redirect is followed and no proxy of the environment is used. The answer is read as far as `MOST_ANSWER` bytes and
as long as `patience` seconds, whatever the receiver sends. Each receiver has connections of its own: one with which TLS
was agreed for a name never serves another name at the same address.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from pathlib import Path

import httpx

from .addresses import AddressRefused, Allowed, Target, parsed, resolved
from .outcome import Answered, Outcome, Unreachable

MOST_ANSWER = 65_536
"""Bytes of an answer that are read."""
MOST_SHOWN = 200
"""Letters of an answer that are kept for people."""
_CONNECTS_WITHIN = 5.0


class Outgoing:
    """The connections to one receiver; `close` it."""

    def __init__(self, url: str, allowed: Allowed, tls: ssl.SSLContext, *, most: int = 4, patience: float = 15) -> None:
        self._url = url
        self._allowed = allowed
        self._patience = patience
        limits = httpx.Limits(max_connections=most, max_keepalive_connections=most, keepalive_expiry=20)
        times = httpx.Timeout(patience, connect=_CONNECTS_WITHIN)
        self._http = httpx.AsyncClient(verify=tls, trust_env=False, limits=limits, timeout=times, http2=False)

    async def close(self) -> None:
        """Let go of its connections."""
        await self._http.aclose()

    async def send(self, body: bytes, headers: Mapping[str, str]) -> Outcome:
        """Send a body by POST; never raises for what the receiver or the way to it does."""
        try:
            async with asyncio.timeout(self._patience):
                target = parsed(self._url)
                addresses = await resolved(target, self._allowed)
                return await self._posted(target, addresses[0], body, headers)
        except AddressRefused as refused:
            return Unreachable(f"address_{refused.code}")
        except (TimeoutError, httpx.TimeoutException):
            return Unreachable("timed_out")
        except httpx.ConnectError as error:
            return Unreachable("certificate_refused" if _is_about_tls(error) else "connection_refused")
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError):
            return Unreachable("connection_lost")

    async def _posted(self, target: Target, address: str, body: bytes, headers: Mapping[str, str]) -> Answered:
        host = f"[{address}]" if ":" in address else address
        request = self._http.build_request(
            "POST",
            f"{target.scheme}://{host}:{target.port}{target.path}",
            content=body,
            headers={**headers, "host": target.authority, "user-agent": "Shenguan-Webhooks/1", "accept": "*/*"},
            extensions={"sni_hostname": target.host},
        )
        answer = await self._http.send(request, stream=True, follow_redirects=False)
        try:
            began = await _beginning(answer)
        finally:
            await answer.aclose()
        return Answered(answer.status_code, _seconds(answer.headers.get("retry-after")), began)


async def _beginning(answer: httpx.Response) -> str:
    """How the answer begins. One that is longer than the bound is cut off with its connection."""
    read = bytearray()
    async for chunk in answer.aiter_raw(8_192):
        read += chunk
        if len(read) > MOST_ANSWER:
            break
    text = bytes(read[: MOST_SHOWN * 4]).decode("utf-8", "replace")
    return "".join(letter if letter.isprintable() else " " for letter in text)[:MOST_SHOWN]


def _seconds(told: str | None) -> float | None:
    """Retry-After in seconds; a date there is left alone, as whoever sends one has seconds too."""
    return float(told) if told is not None and told.isdecimal() and len(told) <= 9 else None


def _is_about_tls(error: BaseException) -> bool:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLError):
            return True
        seen = seen.__cause__ or seen.__context__
    return False


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
