"""What may the process reach that carries messages out? The addresses that may be called; no file, no program."""

from __future__ import annotations

import os
import socket
import sys
from ipaddress import ip_address
from typing import Any, Final

from shenguan_chassis.egress.addresses import AddressRefused, Allowed, judge

_PROGRAMS: Final = ("subprocess.", "os.exec", "os.spawn", "os.posix_spawn", "os.system", "os.fork", "pty.")
_READABLE: Final = tuple(
    {os.path.realpath(place) + os.sep for place in (sys.prefix, sys.base_prefix, "/etc/ssl", "/usr/share/zoneinfo")}
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
