"""What takes part when deliveries are measured? The messenger, an emitter, receivers, a bare sender: each a process.

A receiver's latency runs from the `time` in an event, which is taken before its commit, to the arrival of the request.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
import time
from base64 import b64encode
from collections import defaultdict
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID, uuid4

import httpx
import orjson

from notify_svc.app import service as notify
from notify_svc.subscriptions.commands import RegisterSubscription, register_subscription
from shenguan_chassis.bus.port import Record
from shenguan_chassis.identity import Caller
from shenguan_chassis.runtime import Runtime
from shenguan_contracts.catalogue import topic_of
from shenguan_contracts.envelope import encode, urn
from shenguan_contracts.supervision import DepartmentRegistered
from shenguan_contracts.types import DepartmentKind
from shenguan_kernel.documents.commands import ReceiveDocument, receive_document
from shenguan_kernel.roles import Role
from supervision_svc.app import service as supervision

from . import worker
from .living import living
from .sample import DIVISION

NETWORKS = "127.0.0.0/8"
_SLOW = 10.0
_SAID_AT = re.compile(rb'"time":"([^"]+)"')
_FIRE = Caller(person="p-1", organisation="fire", department="fire", roles=frozenset({Role.LIAISON_LEAD}))


async def _messenger(dsn: str, bus_url: str, state: str, urls: str) -> dict[str, float]:
    """notify-svc with a subscription for each address, until the file `stop` is there."""
    folder, wanted = Path(state), urls.split(",")
    async with living(notify, dsn, bus_url, folder, webhook_networks=NETWORKS) as runtime:
        await _registered(runtime)
        for url in wanted:
            body = RegisterSubscription(department="fire", url=url, types=("PolicyDocReceived",))
            await runtime.desk.transact(lambda tx, body=body: _subscribe(tx, body), _FIRE)
        while await runtime.pool.fetchval("SELECT count(*) FROM delivery_marks") < len(wanted):  # noqa: ASYNC110 - a worker's
            await asyncio.sleep(0.05)
        (folder / "ready").touch()
        await worker.until((folder / "go").exists, 0.02)
        began = time.process_time()
        await worker.until((folder / "stop").exists, 0.05)
        return {"cpu": time.process_time() - began}


async def _subscribe(tx: Any, body: RegisterSubscription) -> Any:
    return await register_subscription(tx, body, None, [])


async def _registered(runtime: Runtime) -> None:
    """Its department, as supervision-svc says it."""
    now = datetime.now(UTC)
    office = DepartmentRegistered(
        department_id=UUID(int=1), department="fire", name="消防", kind=DepartmentKind.DEPARTMENT, registered_at=now
    )
    body = encode(office, source=urn(DIVISION, "supervision"), sequence=1, time=now)
    await runtime.bus.publish([Record(topic_of("supervision"), office.subject.encode(), body)])
    while await runtime.pool.fetchval("SELECT count(*) FROM feeds") < 1:  # noqa: ASYNC110 - the inbox does
        await asyncio.sleep(0.02)


async def _emitter(dsn: str, bus_url: str, state: str, rate: str, number: str) -> dict[str, float]:
    """supervision-svc receives `number` documents, at fixed instants, whether or not earlier ones are done."""
    async with living(supervision, dsn, bus_url, Path(state)) as runtime:
        asked: set[asyncio.Task[Any]] = set()
        due = began = time.perf_counter()
        for _ in range(int(number)):
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            asked.add(asyncio.create_task(runtime.desk.transact(_receive, _FIRE)))
            due += 1 / float(rate)
        await asyncio.gather(*asked)
        took = time.perf_counter() - began
        while await runtime.pool.fetchval("SELECT EXISTS (SELECT FROM queue)"):  # noqa: ASYNC110 - the relay empties it
            await asyncio.sleep(0.02)
    return {"rate": int(number) / took}


async def _receive(tx: Any) -> Any:
    body = ReceiveDocument(title="关于调整审批事项的通知", superior="省消防救援总队", recipients=("bureau",))
    return await receive_document(tx, body)


class Receivers(asyncio.Protocol):
    """One connection of a server with a receiver per path: `/slow` answers late, all others at once."""

    came: ClassVar[defaultdict[str, list[tuple[float, float]]]] = defaultdict(list)

    def __init__(self) -> None:
        self._read = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Answers go back on it."""
        self._transport: Any = transport

    def data_received(self, data: bytes) -> None:
        """As many requests as are whole."""
        self._read += data
        while (end := self._read.find(b"\r\n\r\n")) >= 0:
            head = bytes(self._read[:end]).lower()
            length = re.search(rb"content-length: *(\d+)", head)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self._read) < whole:
                return
            self._answer(head, bytes(self._read[end + 4 : whole]))
            del self._read[:whole]

    def _answer(self, head: bytes, body: bytes) -> None:
        path = head.split(b" ", 2)[1].decode()
        if path == "/stats":
            told = orjson.dumps(self.came)
            self.came.clear()
            self._transport.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(told), told))
            return
        said = _SAID_AT.search(body)
        now = time.time()
        if said is not None:
            self.came[path].append((now, now - datetime.fromisoformat(said[1].decode()).timestamp()))
        answer = b"HTTP/1.1 204 No Content\r\n\r\n"
        if path == "/slow":
            asyncio.get_running_loop().call_later(_SLOW, self._transport.write, answer)
        else:
            self._transport.write(answer)


async def _receivers(port: str, state: str) -> dict[str, float]:
    """Receive until the file `stop` is there."""
    server = await asyncio.get_running_loop().create_server(Receivers, "127.0.0.1", int(port))
    (Path(state) / "listening").touch()
    await worker.until((Path(state) / "stop").exists, 0.05)
    server.close()
    return {}


async def _bare(url: str, paths: str, number: str) -> dict[str, float]:
    """What anybody would write: httpx, four messages under way per receiver, each signed; nothing kept."""
    body = orjson.dumps({"time": datetime.now(UTC), "data": {"title": "关于调整审批事项的通知" * 12}})
    secret, each = b"0" * 32, int(number) // int(paths)
    stint = worker.Stint()

    async def one(http: httpx.AsyncClient, path: str) -> None:
        for _ in range(each // 4):
            content, stamp = str(uuid4()), str(int(time.time()))
            signed = hmac.digest(secret, f"{content}.{stamp}.".encode() + body, hashlib.sha256)
            headers = {
                "content-type": "application/cloudevents+json",
                "webhook-id": content,
                "webhook-timestamp": stamp,
                "webhook-signature": "v1," + b64encode(signed).decode(),
            }
            (await http.post(f"{url}/{path}", content=body, headers=headers)).raise_for_status()

    async with AsyncExitStack() as open_ones:
        clients = [await open_ones.enter_async_context(httpx.AsyncClient(trust_env=False)) for _ in range(int(paths))]
        await asyncio.gather(*(one(http, f"bare{n}") for n, http in enumerate(clients) for _ in range(4)))
    return stint.of(each // 4 * 4 * int(paths))


if __name__ == "__main__":
    worker.main(messenger=_messenger, emitter=_emitter, receivers=_receivers, bare=_bare)
