"""How many panels a second does a district get over HTTP? Each declared, drawn, certified, kept and told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from expert_svc.app import service
from shenguan_chassis.embedded_postgres import EmbeddedPostgres
from shenguan_chassis.migrating import migrate
from shenguan_chassis.testing.kafka import free_port

from . import house, worker
from .report import Figure

_DRAWS = 1_000


async def draws_over_http(postgres: EmbeddedPostgres) -> Figure:
    """1,000 draws of three among 22 surveyors of 11 departments, eight callers at once."""
    dsn = await postgres.create_database("drawing", "expert")
    await migrate(dsn, service.migrations)
    bus = await postgres.create_database("drawing_bus", "bus")
    folder, port = house.folder(postgres, "drawing"), free_port()
    command = [sys.executable, "-m", "bench.draw_work", "serve", dsn, bus, str(folder), str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as served:  # noqa: ASYNC220 - it is what is measured
        try:
            await worker.until(lambda: (folder / "ready").exists() or served.poll() is not None, 0.05)
            found = await worker.run("draw_work", "draw", f"http://127.0.0.1:{port}", folder, _DRAWS)
        finally:
            os.kill(served.pid, signal.SIGTERM)
    return Figure(
        part="l",
        what="district draws over HTTP, level 0",
        value=found["rate"],
        unit="draws/s",
        target=100.0,
        note=f"{_DRAWS:,} draws, 8 callers; each with its snapshot, certificate, events and journal row",
    )
