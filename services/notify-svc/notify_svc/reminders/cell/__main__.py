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
import resource
import sys
from importlib import import_module
from typing import Any, BinaryIO, Final

import requests
from apprise import NotifyFormat
from apprise.exception import AppriseException

from shenguan_chassis.egress.addresses import allowed_networks

from .calling import Answered, Murmur
from .channels import plugin_of
from .guard import Guard

MOST_MEMORY: Final = 1 << 30
"""Bytes of address space: whatever answers, the machine does not suffer."""
_ROBOTS: Final = frozenset({"wecom", "dingtalk", "feishu"})


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
