"""What may come back over a connection? Whole answers of every lawful form are read; whatever else comes ends it."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable

import pytest

from shenguan_chassis.egress import Answered, Outcome, Outgoing, Unreachable, allowed_networks
from shenguan_chassis.egress.wire import request_of
from shenguan_chassis.testing.receiver import Came, Receiver, receiving, status

LOOPBACK = allowed_networks("127.0.0.0/8")
TLS = ssl.create_default_context()


def says(raw: bytes, *, ends: bool = False) -> Callable[[Came, asyncio.StreamWriter], Awaitable[None]]:
    """Answer with these very bytes."""

    async def answer(_: Came, writer: asyncio.StreamWriter) -> None:
        writer.write(raw)
        await writer.drain()
        if ends:
            writer.close()

    return answer


async def asked(receiver: Receiver, times: int = 1) -> list[Outcome]:
    """What came of some messages, one after the other."""
    outgoing = Outgoing(receiver.url, LOOPBACK, TLS, patience=2)
    try:
        return [await outgoing.send(b"{}", {}) for _ in range(times)]
    finally:
        await outgoing.close()


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok", "ok"),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\n\r\n", "ok"),
        (b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok", "ok"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", ""),
    ],
)
async def test_an_answer_in_any_lawful_form_is_read_and_its_connection_used_again(raw: bytes, text: str) -> None:
    connections: set[int] = set()

    async def noting(came: Came, writer: asyncio.StreamWriter) -> None:
        connections.add(id(writer))
        await says(raw)(came, writer)

    async with receiving() as receiver:
        receiver.answer = noting

        outcomes = await asked(receiver, times=3)

    assert [one.text for one in outcomes if isinstance(one, Answered)] == [text] * 3
    assert len(connections) == 1


async def test_an_answer_without_a_length_ends_with_its_connection() -> None:
    async with receiving() as receiver:
        receiver.answer = says(b"HTTP/1.1 200 OK\r\n\r\nuntil the end", ends=True)

        assert await asked(receiver, times=2) == [Answered(200, None, "until the end")] * 2


async def test_a_connection_that_was_closed_while_idle_is_not_the_receivers_failure() -> None:
    async with receiving() as receiver:
        receiver.answer = says(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", ends=True)

        outcomes = await asked(receiver, times=5)

    assert outcomes == [Answered(200, None, "")] * 5
    assert len(receiver.came) == 5


@pytest.mark.parametrize(
    "raw",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 2",
    ],
)
async def test_what_is_no_answer_is_none(raw: bytes) -> None:
    async with receiving() as receiver:
        receiver.answer = says(raw, ends=True)

        assert await asked(receiver) == [Unreachable("connection_lost")]


async def test_an_answer_to_what_was_never_asked_is_not_taken_for_the_next() -> None:
    async with receiving() as receiver:
        receiver.answer = says(
            b"HTTP/1.1 500 Broken\r\ncontent-length: 0\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"
        )
        outgoing = Outgoing(receiver.url, LOOPBACK, TLS, patience=2)
        first = await outgoing.send(b"{}", {})
        receiver.answer = status(404)
        second = await outgoing.send(b"{}", {})
        await outgoing.close()

    assert [one.status for one in (first, second) if isinstance(one, Answered)] == [500, 404]


async def test_no_more_messages_are_under_way_than_the_receiver_is_sent_at_once() -> None:
    under_way, most, gate = 0, 0, asyncio.Event()

    async def counting(came: Came, writer: asyncio.StreamWriter) -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await gate.wait()
        under_way -= 1
        await status(204)(came, writer)

    async with receiving() as receiver:
        receiver.answer = counting
        outgoing = Outgoing(receiver.url, LOOPBACK, TLS, most=3)
        sending = [asyncio.create_task(outgoing.send(b"{}", {})) for _ in range(10)]
        await receiver.until(lambda came: len(came) >= 3)
        gate.set()
        await asyncio.gather(*sending)
        await outgoing.close()

    assert (most, len(receiver.came)) == (3, 10)


def test_a_header_is_never_two() -> None:
    with pytest.raises(ValueError, match="line break"):
        request_of("/hook", {"host": "a\r\nx: y"}, b"")
