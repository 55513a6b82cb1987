"""What if PostgreSQL stands still? Nobody waits longer than is said; who comes again after it woke finds one effect."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from shenguan_chassis.embedded_postgres import EmbeddedPostgres
from shenguan_chassis.settings import ServiceSettings
from shenguan_chassis.testing.house import move_in
from shenguan_chassis.testing.postgres import Databases, Templates
from shenguan_kernel.roles import Role
from supervision_svc.app import service

pytestmark = pytest.mark.slow

FIRE = {"department": "fire", "name": "示例消防", "kind": "department"}


class Hasty(ServiceSettings):
    """Limits that a test can outwait."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**(given | {"answer_seconds": 1.5, "pool_seconds": 0.5, "connections": 3}))


@contextmanager
def frozen(server: EmbeddedPostgres) -> Iterator[None]:
    """Every process of the server stands still."""
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    everyone = [server.pid, *map(int, children)]
    for process in everyone:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in everyone:
            os.kill(process, signal.SIGCONT)


async def test_while_the_database_stands_still_everyone_is_told_in_time(
    mortal_postgres: EmbeddedPostgres, tmp_path: Path
) -> None:
    databases = Databases(Templates(mortal_postgres))
    async with AsyncExitStack() as stack:
        house = await move_in(replace(service, settings=Hasty), databases, tmp_path, stack)
        administrator = house.http(Role.SYSTEM_ADMINISTRATOR, department="bureau")
        key = {"Idempotency-Key": "once"}
        assert (await administrator.get("/departments")).status_code == 200

        with frozen(mortal_postgres):
            began = time.monotonic()
            asked = [
                administrator.post("/departments", json=FIRE, headers=key),
                *(administrator.get("/departments") for _ in range(20)),
            ]
            answers = await asyncio.gather(*asked)
            took, alive = time.monotonic() - began, await house.stranger().get("/healthz")

        assert {(answer.status_code, answer.headers.get("retry-after")) for answer in answers} == {(503, "1")}
        assert took < 4
        assert alive.status_code == 200
        async with asyncio.timeout(10):
            answer = await administrator.post("/departments", json=FIRE, headers=key)
            while answer.status_code == 503:  # it wakes at its own pace, and each try asks it again
                answer = await administrator.post("/departments", json=FIRE, headers=key)
        assert answer.status_code == 201
        assert len(await house.said()) == 1
    await databases.drop()
