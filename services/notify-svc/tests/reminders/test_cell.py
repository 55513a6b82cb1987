"""What can the process that carries messages out do? That, to addresses that may be called, and nothing else."""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
import sys
from collections.abc import Awaitable, Callable, Iterator
from subprocess import Popen
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from shenguan_chassis.testing.receiver import Came, Receiver, status

from .mailbox import Mailbox

pytestmark = pytest.mark.slow

Ask = Callable[..., Awaitable[Any]]
LOCAL = "127.0.0.0/8"
YES = b'{"errcode":0,"errmsg":"ok"}'


@pytest.fixture(scope="module")
def cell() -> Iterator[Popen[bytes]]:
    """A process of its own, which carries out one job after the other."""
    with Popen([sys.executable, "-I", "-m", "notify_svc.reminders.cell"], stdin=-1, stdout=-1, env={}, cwd="/") as one:
        yield one
        one.stdin.close()  # type: ignore[union-attr]  # it has one


@pytest.fixture
def ask(cell: Popen[bytes]) -> Ask:
    """How it is given one job."""

    async def asked(channel: str, address: str, way: Any = None, allowed: str = LOCAL) -> Any:
        job = {"channel": channel, "address": address, "title": "题", "body": "文", "way": way or {}}
        line = json.dumps(job | {"allowed": allowed, "authorities": "", "patience": 1}).encode() + b"\n"
        return json.loads(await asyncio.to_thread(_answered, cell, line))["outcome"]

    return asked


def _answered(cell: Popen[bytes], line: bytes) -> bytes:
    assert cell.stdin is not None
    assert cell.stdout is not None
    cell.stdin.write(line)
    cell.stdin.flush()
    return cell.stdout.readline()


async def test_a_robot_that_says_no_inside_a_200_has_not_taken_it(ask: Ask, robots: Receiver) -> None:
    robots.answer = status(200, body=b'{"errcode":93000,"errmsg":"invalid webhook url"}')

    assert await ask("wecom", "12345678", {"url": robots.url}) == "refused_93000"
    assert await ask("dingtalk", "0123456789", {"url": robots.url}) == "refused_93000"


async def test_feishu_says_no_by_its_own_word(ask: Ask, robots: Receiver) -> None:
    robots.answer = status(200, body=b'{"code":9499,"msg":"Bad Request"}')

    assert await ask("feishu", "12345678", {"url": robots.url}) == "refused_9499"


async def test_a_departments_own_interface_may_answer_what_it_likes_with_a_200(ask: Ask, robots: Receiver) -> None:
    robots.answer = status(200, body=b'{"code":200}')

    assert await ask("webhook", robots.url) == "sent"
    assert robots.came[0].event["message"] == "文"


async def test_dingtalk_finds_the_signature_that_it_makes_itself(ask: Ask, robots: Receiver) -> None:
    robots.answer = status(200, body=YES)

    assert await ask("dingtalk", "SEC0123456789@abcdef0123456789", {"url": robots.url}) == "sent"

    given = parse_qs(urlsplit(robots.came[0].path).query)
    signed = f"{given['timestamp'][0]}\nSEC0123456789".encode()
    own = base64.b64encode(hmac.digest(b"SEC0123456789", signed, "sha256")).decode()
    assert given["access_token"] == ["abcdef0123456789"]
    assert given["sign"] == [own]


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("http://169.254.169.254/latest/meta-data", "address_forbidden"),
        ("https://10.0.0.1/hook", "address_not_public"),
        ("https://[::ffff:10.0.0.1]/hook", "address_not_public"),
        ("http://1.1.1.1/hook", "address_not_secure"),
    ],
)
async def test_an_address_that_may_not_be_called_is_not(ask: Ask, address: str, why: str) -> None:
    assert await ask("webhook", address) == why


async def test_a_name_is_judged_by_the_address_that_is_connected_to(ask: Ask, robots: Receiver) -> None:
    local = robots.url.replace("127.0.0.1", "localhost")

    assert await ask("webhook", local, allowed="") == "address_not_public"
    assert robots.came == []


async def test_a_redirect_is_not_followed(ask: Ask, robots: Receiver) -> None:
    robots.answer = status(302, "location: /elsewhere")

    assert await ask("webhook", robots.url) == "302"
    assert len(robots.came) == 1


async def test_an_answer_without_end_is_cut_off_and_the_next_job_is_done(ask: Ask, robots: Receiver) -> None:
    async def endless(_: Came, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 X\r\n\r\n")
        while True:
            writer.write(b"x" * 65_536)
            await writer.drain()

    robots.answer = endless
    first = await ask("webhook", robots.url)
    robots.answer = status(204)

    assert (first, await ask("webhook", robots.url)) == ("sent", "sent")


async def test_who_does_not_answer_is_left(ask: Ask, robots: Receiver) -> None:
    async def silent(_: Came, __: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    robots.answer = silent

    assert await ask("webhook", robots.url) == "timed_out"


async def test_a_mail_arrives_whole_and_a_refusal_is_told_by_its_code(ask: Ask, mailbox: Mailbox) -> None:
    way = {
        "host": "127.0.0.1",
        "port": mailbox.port,
        "security": "insecure",
        "user": "",
        "password": "",
        "from": "noreply@shenguan.example.com",
    }

    taken = await ask("email", "liaison@example.com", way)
    mailbox.refuse = "550 no such user liaison@example.com"
    refused = await ask("email", "liaison@example.com", way)

    (mail,) = mailbox.came
    assert (taken, refused) == ("sent", "smtp_550")
    assert (mail["subject"], mail["to"], mail.get_content().strip()) == ("题", "liaison@example.com", "文")
    assert "noreply@shenguan.example.com" in mail["from"]


async def test_a_mail_server_that_is_away_is_told_so(ask: Ask) -> None:
    way = {"host": "127.0.0.1", "port": 1, "security": "insecure", "user": "", "password": "", "from": "a@b.example"}

    assert await ask("email", "liaison@example.com", way) == "connection_refused"


@pytest.mark.parametrize("channel", ["syslog", "json", "mailto", "dbus", "file"])
async def test_no_other_plugin_of_apprise_is_used(ask: Ask, channel: str) -> None:
    assert await ask(channel, "localhost") == "error_KeyError"


_MISCHIEF = """
import os, socket, subprocess, sys
from notify_svc.reminders.cell.guard import Guard
guard = Guard()
guard.allowed = ()
socket.socket()
sys.addaudithook(guard)
tried = {
    "read": lambda: open("/etc/passwd"),
    "write": lambda: open("/tmp/shenguan-cell", "w"),
    "run": lambda: subprocess.run(["true"]),
    "shell": lambda: os.system("true"),
    "fork": lambda: os.fork(),
    "local socket": lambda: socket.socket(socket.AF_UNIX).connect("/run/x"),
    "connect": lambda: socket.socket().connect(("127.0.0.1", 5432)),
}
held = []
for name, act in tried.items():
    try:
        act()
    except PermissionError:
        held.append(name)
print(",".join(held))
"""


async def test_files_programs_and_the_machine_itself_are_out_of_reach() -> None:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", _MISCHIEF, stdout=-1)
    told, _ = await process.communicate()

    assert told.decode().strip() == "read,write,run,shell,fork,local socket,connect"
