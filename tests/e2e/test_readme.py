"""Does the README's ten-line consumer read a department's feed?"""

from __future__ import annotations

import asyncio
import io
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from rich.console import Console

from shenguan_launcher.demo import fresh_state
from shenguan_launcher.district import SERVICES
from shenguan_launcher.serving import serving
from shenguan_launcher.story.acts import found_the_district, grant_a_licence, publish_the_item
from shenguan_launcher.story.narrator import Narrator
from shenguan_launcher.story.stage import Stage

_README = Path(__file__).parents[2] / "README.md"
_PATIENCE = 60


@pytest.mark.kafka
@pytest.mark.slow
async def test_the_ten_lines_show_a_department_the_licence_it_must_watch(kafka: str) -> None:
    example = _ten_lines().replace("localhost:9092", kafka).replace('"SASL_PLAINTEXT"', '"PLAINTEXT"')
    example = example.replace('open("secrets/kafka/feed-fire").read()', '"not asked for here"')
    async with _district(kafka) as stage:
        await grant_a_licence(stage)
        licence = stage.facts["licence"]["id"]

        seen = await _first_line_about(example, f"ApprovalIssued.v1 license/{licence}")

    assert "'departments': ['fire']" in seen


def test_the_example_is_what_the_readme_shows() -> None:
    example = (_README.parent / "examples" / "kafka_consumer.py").read_text(encoding="utf-8")

    assert example.partition("\n\n")[2] == _ten_lines()


def _ten_lines() -> str:
    found = re.search(r"```python\n(.*?)```", _README.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    assert len([line for line in found[1].splitlines() if line.strip()]) <= 10
    return found[1]


@asynccontextmanager
async def _district(kafka: str) -> AsyncIterator[Stage]:
    with fresh_state() as state:
        async with serving(state, 0, f"kafka://{kafka}") as running, httpx.AsyncClient(timeout=30) as http:
            clock = running.district.clock
            quiet = Narrator(Console(file=io.StringIO()), clock.legal)
            urls = {service.name: running.url for service in SERVICES}
            stage = Stage(urls, state.issuer(), quiet, http, clock.legal)
            await found_the_district(stage)
            await publish_the_item(stage)
            yield stage


async def _first_line_about(program: str, wanted: str) -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-u", "-c", program, stdout=asyncio.subprocess.PIPE, limit=1 << 20
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(_PATIENCE):
            async for line in process.stdout:
                if wanted in line.decode():
                    return line.decode()
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
    raise AssertionError("the consumer ended by itself")
