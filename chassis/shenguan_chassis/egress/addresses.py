"""Which addresses may the house call? Public ones over TLS, and those of networks that the operator names.

A web address that somebody registered could lead to the house's own machines (SSRF). So it is looked at twice: its text
when it is registered, and what its name resolves to each time before it is called. The caller connects to the very
address that was looked at, so a name that answers differently the next time (DNS rebinding) gains nothing.

An address is judged by what it reaches: an IPv6 one that carries an IPv4 one (mapped, 6to4, Teredo, NAT64 …) is judged
by that, and one that may be read in two ways (octal, one number, a zone) is refused.
"""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Allowed = tuple[Network, ...]
"""Networks that may be called though they are not public: a government's own intranets."""

MOST_LETTERS = 500
_RESOLVES_WITHIN = 3.0
"""Seconds."""
_ASKING = ThreadPoolExecutor(128, "look-up")
"""A name server that does not answer holds a thread for long: those of the loop's own pool are not for that."""
_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*\.?")
_TARGET = re.compile(r"/[!-~]*")
_LOOKS_NUMERIC = re.compile(r"(0x[0-9a-f]*|[0-9]+)")
_PORTS = {"http": 80, "https": 443}
_NOT_PORTS = frozenset({
    1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110,
    111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532,
    540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1433, 1521, 1719, 1720, 1723, 2049, 2379, 2380, 3306,
    3389, 3659, 4045, 4190, 5060, 5061, 5432, 6000, 6379, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 9042, 9092,
    9200, 10080, 11211, 27017,
})  # fmt: skip
"""Where something else than a web server is expected (Fetch standard §2.9, and databases, brokers, caches)."""

_NEVER = tuple(map(ip_network, (
    "0.0.0.0/8", "100.100.100.200/32", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4", "255.255.255.255/32",
    "168.63.129.16/32", "192.0.0.192/32", "::/128", "fe80::/10", "fec0::/10", "ff00::/8", "fd00:ec2::254/128",
)))  # fmt: skip
"""What no allow-list opens: this-network, link-local and multicast, and where clouds tell machines their secrets."""
_NOT_PUBLIC = tuple(map(ip_network, (
    "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24",
    "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24",
    "203.0.113.0/24", "::1/128", "::/96", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16",
    "fc00::/7",
)))  # fmt: skip
_CARRYING = (
    (IPv6Network("::ffff:0:0/96"), 0),
    (IPv6Network("::ffff:0:0:0/96"), 0),
    (IPv6Network("64:ff9b::/96"), 0),
    (IPv6Network("::/96"), 0),
    (IPv6Network("2002::/16"), 80),
)
"""IPv6 networks whose addresses carry an IPv4 one, and how many bits stand behind it."""
_LOCAL_NAT64 = IPv6Network("64:ff9b:1::/48")
_TEREDO = IPv6Network("2001::/32")
_GLOBAL = IPv6Network("2000::/3")
_ISATAP = frozenset({0x0000_5EFE, 0x0200_5EFE})


class AddressRefused(Exception):
    """An address that may not be called; `code` says why, and nothing of what lies there."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Target:
    """A web address taken apart. `path` has the query in it."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """What the Host header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


def allowed_networks(text: str) -> Allowed:
    """The networks of a setting, by comma; raises ValueError."""
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def parsed(url: str) -> Target:
    """A web address in the one way it may be read; raises AddressRefused."""
    if len(url) > MOST_LETTERS or not url.isascii() or any(letter <= " " or letter in '\\"<>^`{|}' for letter in url):
        raise AddressRefused("malformed")
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise AddressRefused("malformed") from None
    if parts.scheme not in _PORTS:
        raise AddressRefused("scheme")
    if "@" in parts.netloc or parts.fragment or not host:
        raise AddressRefused("malformed")
    port = _PORTS[parts.scheme] if port is None else port
    if port in _NOT_PORTS or port == 0:
        raise AddressRefused("port")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not _TARGET.fullmatch(path):
        raise AddressRefused("malformed")
    return Target(parts.scheme, _host(host), port, path)


def _host(host: str) -> str:
    """A name, or a literal in its usual form."""
    if ":" in host:
        try:
            return str(IPv6Address(host)) if "%" not in host else _refuse("malformed")
        except ValueError:
            _refuse("malformed")
    if not _NAME.fullmatch(host):
        _refuse("malformed")
    name = host.removesuffix(".")
    if _LOOKS_NUMERIC.fullmatch(name.rpartition(".")[2]):
        try:
            return str(IPv4Address(name))
        except ValueError:
            _refuse("malformed")
    return name


def _refuse(code: str) -> str:
    raise AddressRefused(code)


def judge(address: Address, allowed: Allowed, *, secure: bool) -> None:
    """May this address be called? Raises AddressRefused. Without TLS only the operator's networks are."""
    reached = [address, *_carried(address)]
    if any(one in network for one in reached for network in _NEVER):
        raise AddressRefused("forbidden")
    innermost = reached[-1]
    if any(innermost in network for network in allowed):
        return
    if any(not _public(one) for one in reached):
        raise AddressRefused("not_public")
    if not secure:
        raise AddressRefused("not_secure")


def _carried(address: Address) -> Iterator[Address]:
    """The IPv4 addresses in an IPv6 one; what cannot be told is carried as the one that is never called."""
    if isinstance(address, IPv4Address):
        return
    number = int(address)
    for network, behind in _CARRYING:
        if address in network and not (address in IPv6Network("::/96") and number <= 1):
            yield IPv4Address(number >> behind & 0xFFFF_FFFF)
            return
    if address in _TEREDO:
        yield IPv4Address(number >> 64 & 0xFFFF_FFFF)
        yield IPv4Address(~number & 0xFFFF_FFFF)
    elif address in _LOCAL_NAT64:
        yield IPv4Address(0)
    elif number >> 32 & 0xFFFF_FFFF in _ISATAP:
        yield IPv4Address(number & 0xFFFF_FFFF)


def _public(address: Address) -> bool:
    if any(address in network for network in _NOT_PUBLIC):
        return False
    return address.is_global and (isinstance(address, IPv4Address) or address in _GLOBAL or bool([*_carried(address)]))


async def resolved(target: Target, allowed: Allowed) -> Sequence[str]:
    """What a target's name means now, each address judged: one that may not be called refuses them all.

    Raises AddressRefused.
    """
    found = [*dict.fromkeys(await _lookup(target))]
    if not found:
        raise AddressRefused("unresolved")
    for address in found:
        judge(address, allowed, secure=target.scheme == "https")
    return [str(address) for address in found]


async def _lookup(target: Target) -> list[Address]:
    try:
        return [ip_address(target.host)]
    except ValueError:
        pass  # a name
    ask = partial(socket.getaddrinfo, target.host, target.port, type=socket.SOCK_STREAM)
    try:
        async with asyncio.timeout(_RESOLVES_WITHIN):
            found = await asyncio.get_running_loop().run_in_executor(_ASKING, ask)
    except (OSError, TimeoutError, UnicodeError):
        raise AddressRefused("unresolved") from None
    return [ip_address(str(place[0]).partition("%")[0]) for *_, place in found]
