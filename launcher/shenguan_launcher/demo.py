"""What does `shenguan demo` do? It tells the story on a district of its own, or on one that runs elsewhere."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import httpx
import typer
import uvloop
from rich.console import Console

from shenguan_chassis import logs
from shenguan_chassis.durable_file import replace_durably
from shenguan_chassis.identity import LocalIssuer

from .asking import issuer_in
from .district import SERVICES, State
from .reaching import Issuer, Urls, parsed
from .serving import serving
from .story.acts import be_struck, be_watched, found_the_district, grant_a_licence, publish_the_item
from .story.documents import pass_documents_on
from .story.narrator import Narrator
from .story.proof import draw_experts, join_evidence, verify_journals
from .story.stage import Stage, StoryBroken
from .story.webhook import call_a_system

_BEGINS = datetime(2026, 2, 13, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
"""The Friday before the Spring Festival of 2026: the next day is worked, then nine days are off."""
_console = Console(highlight=False)


def demo(
    out: Annotated[Path, typer.Option(help="抽取证书写到哪里 where the certificate is written.")] = Path("build/demo"),
    urls: Urls = "",
    issuer: Issuer = Path("secrets/issuer"),
) -> None:
    """演示: the whole story through the public doors, each step checked; exit 0 only if all hold."""
    logs.configure("ERROR", human=True)
    out.mkdir(parents=True, exist_ok=True)
    began = time.perf_counter()
    try:
        narrator = uvloop.run(_elsewhere(parsed(urls), issuer, out) if urls else tell_here(out))
    except StoryBroken as broken:
        _console.print(f"\n[bold red]✗ {broken}[/bold red]")
        raise typer.Exit(1) from None
    took = time.perf_counter() - began
    slowest = narrator.slowest * 1000
    told = f"{narrator.steps} 步全部核对通过，用时 {took:.1f} 秒；最慢一次跨服务 {slowest:.0f} ms"
    _console.print(f"\n[bold green]✓ {told}[/bold green]\n")


@contextmanager
def fresh_state() -> Iterator[State]:
    """A state folder for one telling, whose legal clock begins on a day that shows the most."""
    with tempfile.TemporaryDirectory(prefix="shenguan-demo-") as folder:
        Path(folder).chmod(0o711)  # PostgreSQL never runs as root: its own user must get through
        state = State(Path(folder))
        replace_durably(state.clock, str((_BEGINS - datetime.now(UTC)).total_seconds()))
        yield state


async def tell_here(out: Path, bus_url: str = "", console: Console = _console) -> Narrator:
    """On an embedded district of its own; raises StoryBroken."""
    with fresh_state() as state:
        async with serving(state, 0, bus_url, calls="127.0.0.0/8") as running:
            clock = running.district.clock
            urls = {service.name: running.url for service in SERVICES}
            stage = _stage(urls, state.issuer(), clock.legal, console)
            stage.forward = clock.forward
            return await _told(stage, out)


async def _elsewhere(urls: Mapping[str, str], issuer: Path, out: Path) -> Narrator:
    return await _told(_stage(urls, issuer_in(issuer), lambda: datetime.now(UTC), _console), out)


def _stage(urls: Mapping[str, str], issuer: LocalIssuer, legal: Callable[[], datetime], console: Console) -> Stage:
    return Stage(urls, issuer, Narrator(console, legal), httpx.AsyncClient(timeout=30), legal)


async def _told(stage: Stage, out: Path) -> Narrator:
    async with stage.http:
        for act in (found_the_district, publish_the_item, grant_a_licence, be_watched, be_struck):
            await act(stage)
        await pass_documents_on(stage, out)
        await call_a_system(stage)
        await draw_experts(stage, out)
        await verify_journals(stage)
        await join_evidence(stage, out)
    return stage.narrator
