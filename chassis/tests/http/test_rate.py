"""Who asks too often waits; who asks as often as allowed never does; and nobody is counted by what he merely says."""

from __future__ import annotations

from typing import Any

import pytest

from shenguan_chassis.http.peers import networks, peer
from shenguan_chassis.http.rate import Buckets


def test_a_full_bucket_gives_its_burst_and_then_its_rate() -> None:
    buckets = Buckets(rate=2, burst=3)

    at_once = [buckets.take("a", 100.0) for _ in range(4)]

    assert at_once == [0, 0, 0, 0.5]
    assert buckets.take("a", 100.5) == 0
    assert buckets.take("a", 100.5) > 0


def test_buckets_are_each_ones_own() -> None:
    buckets = Buckets(rate=1, burst=1)

    assert [buckets.take(key, 1.0) for key in ("a", "a", "b")] == [0, 1.0, 0]


def test_to_ask_how_long_takes_nothing() -> None:
    buckets = Buckets(rate=1, burst=1)

    assert [buckets.wait("a", 1.0) for _ in range(3)] == [0, 0, 0]
    assert buckets.take("a", 1.0) == 0
    assert buckets.wait("a", 1.25) == 0.75


def test_a_million_strangers_do_not_fill_the_memory() -> None:
    buckets = Buckets(rate=1, burst=1)

    for number in range(50_000):
        buckets.take(str(number), 1.0)

    assert len(buckets._full_at) <= 20_000


def a_scope(client: str, *forwarded: str) -> dict[str, Any]:
    return {"client": (client, 1), "headers": [(b"x-forwarded-for", hop.encode()) for hop in forwarded]}


@pytest.mark.parametrize(
    ("client", "forwarded", "counted"),
    [
        ("203.0.113.9", ("198.51.100.1",), "203.0.113.9"),
        ("10.0.0.1", ("198.51.100.1",), "198.51.100.1"),
        ("10.0.0.1", ("1.2.3.4, 198.51.100.1",), "198.51.100.1"),
        ("10.0.0.1", ("1.2.3.4", "198.51.100.1, 10.0.0.7"), "198.51.100.1"),
        ("10.0.0.1", (), "10.0.0.1"),
        ("10.0.0.1", ("nonsense",), "unknown"),
        ("2001:db8::1", (), "2001:db8::/64"),
        ("2001:db8::ffff:1", (), "2001:db8::/64"),
        ("::ffff:203.0.113.9", (), "203.0.113.9"),
    ],
)
def test_only_a_trusted_proxy_is_believed_about_an_address(
    client: str, forwarded: tuple[str, ...], counted: str
) -> None:
    assert peer(a_scope(client, *forwarded), networks("10.0.0.0/8, 192.168.1.1")) == counted


def test_without_trusted_proxies_nobody_is_believed() -> None:
    assert peer(a_scope("10.0.0.1", "1.2.3.4"), networks("")) == "10.0.0.1"
