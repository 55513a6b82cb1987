"""From which address does a request come? The socket's, or what a proxy that we trust says of it."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.types import Scope

Networks = tuple[IPv4Network | IPv6Network, ...]


def networks(named: str) -> Networks:
    """Networks named with commas between; raises ValueError for what is none."""
    return tuple(ip_network(name.strip(), strict=False) for name in named.split(",") if name.strip())


def peer(scope: Scope, proxies: Networks) -> str:
    """The client's address as a key for counting: an IPv6 client counts by its /64.

    X-Forwarded-For is read from the right as long as trusted proxies stand there; nobody else's word is taken.
    """
    client = scope.get("client")
    address = client[0] if client else "unknown"
    if proxies and _within(address, proxies):
        for hop in reversed(_forwarded(scope)):
            address = hop
            if not _within(hop, proxies):
                break
    return _counted(address)


def _forwarded(scope: Scope) -> list[str]:
    values = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
    return [hop.strip() for hop in ",".join(values).split(",") if hop.strip()]


@lru_cache(maxsize=4096)
def _within(address: str, proxies: Networks) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in proxies)


@lru_cache(maxsize=4096)
def _counted(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or ip_network((parsed, 64), strict=False))
    return str(parsed)
