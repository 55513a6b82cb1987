"""Does one grant cross all four services, on the embedded log and on real Kafka? The story of `make demo`, checked."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from shenguan_chassis.bus.connect import bus_from
from shenguan_chassis.bus.port import Offsets
from shenguan_contracts.catalogue import topic_of
from shenguan_launcher.demo import tell_here

pytestmark = pytest.mark.slow


async def test_the_whole_story_holds_on_the_embedded_log(tmp_path: Path) -> None:
    told = io.StringIO()

    narrator = await tell_here(tmp_path, console=Console(file=told, width=200))

    assert narrator.steps >= 60
    assert (tmp_path / "certificate.json").exists()
    assert "逾期" in told.getvalue()


@pytest.mark.kafka
async def test_the_whole_story_holds_on_kafka(tmp_path: Path, kafka: str) -> None:
    narrator = await tell_here(tmp_path, bus_url=f"kafka://{kafka}", console=Console(file=io.StringIO(), width=200))

    assert narrator.steps >= 60
    assert sum((await _ends(kafka)).values()) > 0


async def _ends(kafka: str) -> Offsets:
    bus = bus_from(f"kafka://{kafka}")
    await bus.open()
    try:
        return await bus.ends([topic_of("approval")])
    finally:
        await bus.close()
