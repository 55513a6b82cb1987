"""Who hands a message to the process that carries it out, waits so long and no longer, and ends it if it hangs?

A clerk is started when there is something to carry, and leaves when there was nothing for a while: an idle district has
none. Its environment is empty but for the language and the trusted authorities: no address of a database, no key.
"""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from dataclasses import dataclass
from typing import Any, Final

import orjson

from shenguan_chassis.runtime import Runtime
from shenguan_contracts.reminders import ReminderChannel

from ..settings import NotifySettings, settings_of

STARTS_WITHIN: Final = 20.0
"""Seconds: on a busy machine Python and its libraries take a while."""
LEAVES_AFTER: Final = 60.0
"""Seconds without work."""
SENT: Final = "sent"
NOT_SET_UP: Final = "not_set_up"
_KEPT: Final = ("PATH", "LANG", "LC_ALL", "SSL_CERT_FILE", "SSL_CERT_DIR")


@dataclass(frozen=True, slots=True)
class Carried:
    """What came of a message, as a code, and seconds that the channel asked to be left alone for."""

    outcome: str
    retry_after: float = 0.0

    @property
    def good(self) -> bool:
        """Was it taken?"""
        return self.outcome == SENT


class Clerks:
    """So many processes at most; each carries one message at a time."""

    def __init__(self, runtime: Runtime) -> None:
        self._settings = settings_of(runtime)
        self._idle: list[Process] = []
        self._busy = 0
        self._leaving: asyncio.TimerHandle | None = None

    @property
    def free(self) -> int:
        """How many more messages may be handed over now."""
        return self._settings.reminders_at_once - self._busy

    async def carry(self, channel: ReminderChannel, address: str, title: str, body: str) -> Carried:
        """Hand one message over; what came of it. Never raises for what the channel does."""
        way = way_of(channel, self._settings)
        if way is None:
            return Carried(NOT_SET_UP)
        job = {
            "channel": channel,
            "address": address,
            "title": title,
            "body": body,
            "way": way,
            "allowed": self._settings.webhook_networks,
            "authorities": str(self._settings.webhook_ca_file or ""),
            "patience": self._settings.reminder_patience / 2,
        }
        self._busy += 1
        try:
            return await self._carried(job)
        finally:
            self._busy -= 1
            self._let_leave_later()

    async def _carried(self, job: dict[str, Any]) -> Carried:
        started = not self._idle
        process = self._idle.pop() if self._idle else await _started()
        try:
            async with asyncio.timeout(self._settings.reminder_patience + (STARTS_WITHIN if started else 0)):
                told = await _asked(process, job)
        except TimeoutError:
            await _ended(process)
            return Carried("timed_out")
        except BaseException:
            await _ended(process)
            raise
        if told is None:
            await _ended(process)
            return Carried("interrupted")
        self._idle.append(process)
        return Carried(told["outcome"], told["retry_after"])

    def _let_leave_later(self) -> None:
        if self._leaving is not None:
            self._leaving.cancel()
        self._leaving = asyncio.get_running_loop().call_later(LEAVES_AFTER, self._let_leave)

    def _let_leave(self) -> None:
        while self._idle:
            process = self._idle.pop()
            if process.stdin is not None:
                process.stdin.close()

    async def close(self) -> None:
        """Let all leave."""
        if self._leaving is not None:
            self._leaving.cancel()
        while self._idle:
            await _ended(self._idle.pop())


async def _started() -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        "-m",
        f"{__package__}.cell",
        stdin=PIPE,
        stdout=PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={name: os.environ[name] for name in _KEPT if name in os.environ},
        cwd="/",
        start_new_session=True,  # what stops the service at a keyboard lets it finish first
    )


async def _asked(process: Process, job: dict[str, Any]) -> Any:
    """The answer of a process; None if it ended instead."""
    if process.stdin is None or process.stdout is None:
        raise TypeError("a clerk is talked to over pipes")
    try:
        process.stdin.write(orjson.dumps(job) + b"\n")
        await process.stdin.drain()
        answer = await process.stdout.readline()
    except (BrokenPipeError, ConnectionResetError):
        return None
    return orjson.loads(answer) if answer.endswith(b"\n") else None


async def _ended(process: Process) -> None:
    if process.returncode is None:
        process.kill()
        await process.wait()


def way_of(channel: ReminderChannel, settings: NotifySettings) -> dict[str, Any] | None:
    """How the operator lets a kind of channel be used; None where it is not set up."""
    match channel:
        case ReminderChannel.EMAIL:
            return _mail(settings)
        case ReminderChannel.WECOM:
            return {"url": settings.wecom_url}
        case ReminderChannel.DINGTALK:
            return {"url": settings.dingtalk_url}
        case ReminderChannel.FEISHU:
            return {"url": settings.feishu_url}
        case ReminderChannel.WEBHOOK:
            return {}
        case ReminderChannel.SMS:
            token = settings.sms_gateway_token.get_secret_value()
            return {"url": settings.sms_gateway_url, "token": token} if settings.sms_gateway_url else None


def _mail(settings: NotifySettings) -> dict[str, Any] | None:
    if not settings.smtp_host or not settings.smtp_from:
        return None
    return {
        "host": settings.smtp_host,
        "port": settings.smtp_port,
        "security": settings.smtp_security.value,
        "user": settings.smtp_user,
        "password": settings.smtp_password.get_secret_value(),
        "from": settings.smtp_from,
    }
