"""What if the connection breaks in the middle of a file? Sent again under its key, each line took effect once."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest

from shenguan_chassis.process import server
from shenguan_chassis.testing.house import House
from shenguan_kernel.roles import Role

from ..conftest import ITEM, Bureau

LINES = 600
KEY = "the-power-list"


@pytest.fixture
async def port(bureau: Bureau) -> AsyncIterator[int]:
    """Where the bureau listens on a real socket."""
    await bureau.register("fire")
    http = server(bureau.house.app, 0)
    serving = asyncio.create_task(http.serve())
    while not http.started:  # noqa: ASYNC110 - uvicorn rings no bell
        await asyncio.sleep(0)
    yield http.servers[0].sockets[0].getsockname()[1]
    http.should_exit = True
    await serving


def the_file(rows: int = LINES) -> bytes:
    return b"".join(
        orjson.dumps({**ITEM, "item_code": f"{ITEM['item_code'][:-4]}{n:04}"}) + b"\n" for n in range(1, rows + 1)
    )


def the_request(house: House, content: bytes, length: int) -> bytes:
    token = house.http(Role.BUREAU_HEAD, department="bureau").headers["Authorization"]
    head = (
        f"POST /approval/v1/items/bulk HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\nIdempotency-Key: {KEY}\r\n"
        f"Content-Type: application/x-ndjson\r\nContent-Length: {length}\r\n\r\n"
    )
    return head.encode() + content


async def hung_up_after(port: int, request: bytes, *, verdicts: int) -> bytes:
    """The first verdicts, read before the line goes dead as when a cable is pulled: no farewell, a reset."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    await writer.drain()
    told = b""
    while told.count(b'"status"') < verdicts:
        told += await reader.read(512)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.close()
    return told


async def nothing_under_way(house: House) -> None:
    while house.app.state.gate.in_flight:  # noqa: ASYNC110 - the gate rings no bell
        await asyncio.sleep(0.005)


async def sent_again(house: House) -> list[Any]:
    client = house.http(Role.BUREAU_HEAD, department="bureau")
    headers = {"Content-Type": "application/x-ndjson", "Idempotency-Key": KEY}
    answer = await client.post("/items/bulk", content=the_file(), headers=headers)
    assert answer.status_code == 200
    return [orjson.loads(line) for line in answer.content.splitlines()]


async def test_a_file_that_was_cut_while_it_came_in_did_nothing_and_is_sent_again(port: int, bureau: Bureau) -> None:
    file = the_file()

    await hung_up_after(port, the_request(bureau.house, file[: len(file) // 2], len(file)), verdicts=0)
    await nothing_under_way(bureau.house)

    assert await bureau.count("items") == 0
    assert {verdict["status"] for verdict in await sent_again(bureau.house)} == {201}
    assert await bureau.count("items") == LINES


async def test_a_file_that_was_cut_among_its_verdicts_goes_on_where_it_was_cut(port: int, bureau: Bureau) -> None:
    file = the_file()

    told = await hung_up_after(port, the_request(bureau.house, file, len(file)), verdicts=3)
    await nothing_under_way(bureau.house)
    done = await bureau.count("items")
    verdicts = await sent_again(bureau.house)

    assert 3 <= done < LINES
    assert orjson.dumps(verdicts[0]["subject"]) in told
    assert [(verdict["line"], verdict["status"]) for verdict in verdicts] == [(n, 201) for n in range(1, LINES + 1)]
    assert await bureau.count("items") == LINES
    assert (await bureau.said()).count("ItemPublished") == LINES
