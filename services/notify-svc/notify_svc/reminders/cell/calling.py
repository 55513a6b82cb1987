"""How did a call end? `apprise` says only yes or no: the session of `requests` and its own log are asked for more."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Any, Final

import requests
from requests.adapters import HTTPAdapter

from shenguan_chassis.egress.caller import tls_context

MOST_ANSWER: Final = 65_536
"""Bytes of an answer that are read."""
_SMTP_CODE: Final = re.compile(r"(?<![0-9])[45][0-9]{2}(?![0-9])")


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
