"""What does `shenguan up` do? An embedded district that stays up, with sample departments if asked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
import uvloop
from rich.console import Console

from shenguan_chassis import logs

from .district import State
from .people import PEOPLE, caller_of
from .sample import furnish
from .serving import Running, serving

_console = Console(highlight=False)


def up(
    port: Annotated[int, typer.Option(help="端口 where the doors open; 0 takes a free one.")] = 8000,
    data: Annotated[Path, typer.Option(help="状态目录 where everything is kept.")] = Path("data"),
    bus: Annotated[str, typer.Option(help="总线地址 kafka://host:port instead of the embedded log.")] = "",
    sample: Annotated[bool, typer.Option(help="示例部门与事项 sample departments and an item.")] = False,
) -> None:
    """启动嵌入式全区服务: PostgreSQL, bus and the four services in this process; nothing else is needed."""
    logs.configure("WARNING", human=True)
    uvloop.run(_up(State(data.resolve()), port, bus, sample=sample))


async def _up(state: State, port: int, bus: str, *, sample: bool) -> None:
    async with serving(state, port, bus) as running:
        if sample:
            await furnish(running.url, state)
        _tell(running)
        await running.until_stopped()


def _tell(running: Running) -> None:
    url = running.url
    _console.print(f"\n[bold]审管 Shenguan[/bold] is up at [bold]{url}[/bold]  (Ctrl-C stops it)\n")
    for name, app in running.district.apps.items():
        _console.print(f"  {app.title:<28} {url}/{name}/v1/docs")
    data = running.district.state.folder
    _console.print(f"\n  令牌 tokens, good for 12 hours (again: .venv/bin/shenguan token NAME --data {data})\n")
    issuer = running.district.state.issuer()
    for person in PEOPLE:
        token = issuer.issue(caller_of(person))
        _console.print(f"  [bold]{person.name}[/bold] {person.title}  [dim]{token}[/dim]", soft_wrap=True)
    asked = f'curl -H "Authorization: Bearer $(.venv/bin/shenguan token overseer --data {data})"'
    _console.print(f"\n  try: {asked} {url}/supervision/v1/departments\n", soft_wrap=True)
