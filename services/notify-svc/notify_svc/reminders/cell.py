"""Who carries a message out? A process of its own in which `apprise` can do that and nothing else.

Jobs come as JSON lines on standard input, answers go out the same way; it ends with its input. What officers entered
(an address, a key) is given to the plugin of its channel as values: no URL of `apprise` is parsed, no configuration,
attachment or other plugin is loaded. Below that stands an audit hook, which Python cannot take off again: a connection
to an address that may not be called is refused at the very connect, so a name that answers differently the second time
gains nothing; files outside Python's own are not opened, and no program is started.
"""

from __future__ import annotations

import json
import logging
import os
import re
import resource
import socket
import sys
from collections.abc import Callable
from importlib import import_module
from ipaddress import ip_address
from pathlib import Path
from typing import Any, BinaryIO, Final
from urllib.parse import unquote

import requests
from apprise import AppriseAsset, NotifyFormat
from apprise.common import PersistentStoreMode
from apprise.exception import AppriseException
from apprise.plugins.base import NotifyBase
from apprise.plugins.custom_json import NotifyJSON
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.email.base import NotifyEmail
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.wecombot import NotifyWeComBot
from requests.adapters import HTTPAdapter

from shenguan_chassis.egress.addresses import AddressRefused, Allowed, allowed_networks, judge, parsed
from shenguan_chassis.egress.caller import tls_context

MOST_ANSWER: Final = 65_536
"""Bytes of an answer that are read."""
MOST_MEMORY: Final = 1 << 30
"""Bytes of address space: whatever answers, the machine does not suffer."""
_ROBOTS: Final = frozenset({"wecom", "dingtalk", "feishu"})
_SMTP_CODE: Final = re.compile(r"(?<![0-9])[45][0-9]{2}(?![0-9])")
_PROGRAMS: Final = ("subprocess.", "os.exec", "os.spawn", "os.posix_spawn", "os.system", "os.fork", "pty.")
_READABLE: Final = tuple(
    {os.path.realpath(place) + os.sep for place in (sys.prefix, sys.base_prefix, "/etc/ssl", "/usr/share/zoneinfo")}
)
_ASSET: Final = AppriseAsset(
    app_id="Shenguan",
    app_desc="审管提醒",
    plugin_paths=[],
    http_redirects=False,
    secure_logging=True,
    storage_mode=PersistentStoreMode.MEMORY,
)


class Guard:
    """What this process may reach, from its first job on."""

    def __init__(self) -> None:
        self.allowed: Allowed | None = None
        """Networks that may be called though not public; None: the address is the operator's own, from the settings."""
        self.secure = True
        self.refused: str | None = None

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        """Python tells of what is about to happen; raises PermissionError where it must not."""
        if event == "socket.connect":
            self._connecting(args[0], args[1])
        elif event == "open":
            self._opening(args[0], args[1], args[2])
        elif event.startswith(_PROGRAMS):
            raise PermissionError(f"{event} is not for this process")

    def _connecting(self, link: socket.socket, address: Any) -> None:
        try:
            self._judge(link, address)
        except AddressRefused as refused:
            self.refused = f"address_{refused.code}"
            raise PermissionError(self.refused) from None

    def _judge(self, link: socket.socket, address: Any) -> None:
        if link.family not in {socket.AF_INET, socket.AF_INET6}:
            raise AddressRefused("forbidden")
        if self.allowed is not None:
            judge(ip_address(address[0].partition("%")[0]), self.allowed, secure=self.secure)

    @staticmethod
    def _opening(path: Any, mode: str | None, flags: int) -> None:
        writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) or set(mode or "") & set("wax+")
        if isinstance(path, int):
            return
        if writes or not os.path.realpath(os.fsdecode(path)).startswith(_READABLE):
            raise PermissionError("this file is not for this process")


class Answered(requests.Session):
    """The session of `requests` with bounds, which remembers how a call ended: `apprise` says only yes or no."""

    last: str | None = None
    began: bytes = b""
    retry_after: float = 0.0
    authorities: str | None = None

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False
        self.mount("https://", _Trusting(self.authorities))

    def request(self, method: Any, url: Any, *args: Any, **more: Any) -> requests.Response:
        """One call, never redirected, of whose answer the beginning is read."""
        kind = type(self)
        try:
            answer = super().request(method, url, *args, **more | {"stream": True, "allow_redirects": False})
        except requests.RequestException as error:
            kind.last = _why(error)
            raise
        kind.last, kind.began = str(answer.status_code), answer.raw.read(MOST_ANSWER, decode_content=False) or b""
        told = answer.headers.get("retry-after", "")
        kind.retry_after = float(told) if told.isdecimal() and len(told) < 7 else 0.0
        answer.close()
        return answer


class _Trusting(HTTPAdapter):
    """Believes the system's authorities, and those of the operator."""

    def __init__(self, authorities: str | None) -> None:
        self._tls = tls_context(Path(authorities) if authorities else None, None, None)
        super().__init__()

    def init_poolmanager(self, *args: Any, **more: Any) -> None:
        super().init_poolmanager(*args, **more, ssl_context=self._tls)


def _why(error: requests.RequestException) -> str:
    match error:
        case requests.exceptions.SSLError():
            return "certificate_refused"
        case requests.exceptions.Timeout():
            return "timed_out"
        case requests.exceptions.ConnectionError():
            return "connection_refused"
        case _:
            return "connection_lost"


class Murmur(logging.Handler):
    """Listens to why `apprise` could not hand a mail over: a code is kept, and nothing else of the line."""

    code: str | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Remember the last reason."""
        said = record.getMessage()
        if found := _SMTP_CODE.search(said):
            self.code = f"smtp_{found[0]}"
        elif "timed out" in said:
            self.code = "timed_out"
        elif "Errno" in said:
            self.code = "connection_refused"


def plugin_of(job: dict[str, Any]) -> NotifyBase:
    """The plugin of a channel with its values; a KeyError for a channel that is none of ours."""
    plugin: NotifyBase = _PLUGINS[job["channel"]](job["address"], job["way"])
    return plugin


def _wecom(key: str, way: dict[str, Any]) -> Any:
    robot = _made(NotifyWeComBot, key=key)
    robot.api_url = f"{way['url']}?key={key}"
    return robot


class _Signing(NotifyDingTalk):  # type: ignore[no-untyped-call]  # `apprise` says few types
    """Its signature is quoted, and quoted again on its way: 钉钉 would not know it."""

    def get_signature(self) -> tuple[str, str]:
        """The time in milliseconds and the signature, still to be quoted once."""
        at, signature = super().get_signature()  # type: ignore[no-untyped-call]  # as above
        return at, unquote(signature)


def _dingtalk(address: str, way: dict[str, Any]) -> Any:
    secret, _, token = address.rpartition("@")
    robot = _made(_Signing, token=token, secret=secret or None)
    robot.notify_url = way["url"] + "?access_token={token}"
    return robot


def _feishu(key: str, way: dict[str, Any]) -> Any:
    robot = _made(NotifyFeishu, token=key)
    robot.notify_url = way["url"] + "/{token}"
    return robot


def _sms(mobile: str, way: dict[str, Any]) -> Any:
    signed = {"Authorization": f"Bearer {way['token']}"} if way["token"] else {}
    return _json(way["url"], {"mobile": mobile}, signed)


def _webhook(url: str, _: dict[str, Any]) -> Any:
    return _json(url, {}, {})


def _email(address: str, way: dict[str, Any]) -> Any:
    return _made(
        NotifyEmail,
        host=way["from"].rpartition("@")[2],
        smtp_host=way["host"],
        port=way["port"],
        user=way["user"] or None,
        password=way["password"] or None,
        secure=way["security"] != "insecure",
        secure_mode=way["security"],
        from_addr=f"审管提醒 <{way['from']}>",
        targets=[address],
        format=NotifyFormat.TEXT,
    )


def _json(url: str, extras: dict[str, str], headers: dict[str, str]) -> Any:
    target = parsed(url)
    return _made(
        NotifyJSON,
        host=f"[{target.host}]" if ":" in target.host else target.host,
        port=target.port,
        secure=target.scheme == "https",
        fullpath=target.path,
        payload=extras,
        headers=headers,
    )


def _made(plugin: Any, **values: Any) -> Any:
    """A plugin of `apprise`, whose constructors say no types."""
    return plugin(asset=_ASSET, **values)


_PLUGINS: Final[dict[str, Callable[[str, dict[str, Any]], Any]]] = {
    "email": _email,
    "wecom": _wecom,
    "dingtalk": _dingtalk,
    "feishu": _feishu,
    "webhook": _webhook,
    "sms": _sms,
}
"""Which of `apprise`'s many plugins are used at all."""


def carry(job: dict[str, Any], guard: Guard, murmur: Murmur) -> dict[str, Any]:
    """Carry one message out; what came of it, as a code."""
    guard.refused, murmur.code = None, None
    guard.allowed = allowed_networks(job["allowed"]) if job["channel"] == "webhook" else None
    guard.secure = not job["address"].startswith("http:")
    Answered.last, Answered.began, Answered.retry_after = None, b"", 0.0
    Answered.authorities = job["authorities"]
    plugin = plugin_of(job)
    plugin.request_rate_per_sec = 0
    plugin.socket_connect_timeout = plugin.socket_read_timeout = job["patience"]
    taken = plugin.notify(body=job["body"], title=job["title"], body_format=NotifyFormat.TEXT)
    refused = guard.refused or (_said_no(Answered.began) if taken and job["channel"] in _ROBOTS else None)
    failed = None if taken else Answered.last or murmur.code or "not_taken"
    return {"outcome": refused or failed or "sent", "retry_after": Answered.retry_after}


def _said_no(answer: bytes) -> str | None:
    """A robot refuses in the body of an answer that is 200, which `apprise` takes for a yes."""
    try:
        told = json.loads(answer)
    except ValueError:
        return None
    codes = [told.get(name) for name in ("errcode", "code", "StatusCode")] if isinstance(told, dict) else []
    refused = next((code for code in codes if isinstance(code, int) and code), None)
    return None if refused is None else f"refused_{refused}"


def serve(jobs: BinaryIO, answers: BinaryIO, guard: Guard, murmur: Murmur) -> None:
    """Carry out jobs until there are no more. What nobody foresaw ends the process; another takes its place."""
    for line in jobs:
        try:
            told = carry(json.loads(line), guard, murmur)
        except (OSError, ValueError, KeyError, AppriseException) as error:
            told = {"outcome": guard.refused or f"error_{type(error).__name__}", "retry_after": 0.0}
        answers.write(json.dumps(told).encode() + b"\n")
        answers.flush()


def main() -> None:
    """Shut the door behind itself, then work."""
    jobs, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr
    sys.dont_write_bytecode = True
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    guard, murmur = Guard(), Murmur()
    heard = logging.getLogger("apprise")
    heard.handlers, heard.propagate = [murmur], False
    heard.setLevel(logging.DEBUG)
    requests.sessions.Session = Answered  # type: ignore[misc]  # the one place where `requests` makes its sessions
    _warm()
    sys.addaudithook(guard)
    serve(jobs, answers, guard, murmur)


def _warm() -> None:
    """Load what is loaded at first use, while files may still be opened."""
    for module in ("email.mime.multipart", "email.mime.text", "encodings.idna", "smtplib", "_strptime"):
        import_module(module)


if __name__ == "__main__":
    main()
