"""What crosses the bus? `shenguan events` shows it as it passes: readable for people, JSON lines for programs."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import orjson
import typer
import uvloop
from rich.console import Console

from shenguan_chassis.bus.connect import bus_from
from shenguan_chassis.bus.port import BusUnavailable, Received
from shenguan_contracts.catalogue import CONTROL_TOPIC, SERVICES, topic_of
from shenguan_contracts.envelope import NotAnEvent, decode

from .asking import Data, running_at

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_console = Console(highlight=False)


def events(  # noqa: PLR0913, PLR0917 - the options of one command
    source: Annotated[list[str] | None, typer.Option(help="服务 only what these services say.")] = None,
    bus: Annotated[str, typer.Option(help="总线地址 kafka://host:port; by default the running district's.")] = "",
    begin: Annotated[bool, typer.Option("--from-beginning", help="从头 from the beginning.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="每行一个 CloudEvent 的 JSON, one per line.")] = False,
    most: Annotated[int, typer.Option("--max", min=0, help="看够几条就停 stop after so many; 0: never.")] = 0,
    control: Annotated[bool, typer.Option(help="也看控制主题 the services' notes about the bus too.")] = False,
    data: Data = Path("data"),
) -> None:
    """旁观事件: watch what the services tell each other; it changes nothing and joins no group."""
    if unknown := set(source or ()) - set(SERVICES):
        raise typer.BadParameter(f"没有服务 no service {'、'.join(sorted(unknown))}", param_hint="--source")
    topics = [topic_of(name) for name in source or SERVICES] + ([CONTROL_TOPIC] if control else [])
    url = bus or str(running_at(data)["bus"])
    try:
        uvloop.run(_watch(url, topics, begin=begin, as_json=as_json, most=most))
    except (BusUnavailable, ValueError) as unreachable:
        Console(stderr=True).print(f"总线没有应答 the bus does not answer: {type(unreachable).__name__}")
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        raise typer.Exit(0) from None


async def _watch(url: str, topics: list[str], *, begin: bool, as_json: bool, most: int) -> None:
    bus = bus_from(url)
    await bus.open()
    shown = 0
    try:
        async with bus.tail(topics, from_beginning=begin) as reader:
            while not most or shown < most:
                for record in (await reader.take(500, 1.0))[: most - shown if most else None]:
                    _show(record, as_json=as_json)
                    shown += 1
    finally:
        await asyncio.shield(bus.close())


def _show(record: Received, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(record.value.decode("utf-8", "replace") + "\n")
        sys.stdout.flush()
        return
    try:
        envelope = decode(record.value)
    except NotAnEvent as reason:
        _console.print(f"[dim]{record.topic} {record.partition}/{record.offset}: {reason}[/dim]")
        return
    at = envelope.time.astimezone(_SHANGHAI).strftime("%m-%d %H:%M:%S")
    name = envelope.type.split(".")[-2]
    facts = {key: value for key, value in envelope.data.items() if not key.endswith("_id") and value not in (None, [])}
    _console.print(
        f"{at} [green]{envelope.service:>11}[/green] [bold]{name}[/bold] #{envelope.sequence} {envelope.subject}"
        f"  [dim]{orjson.dumps(facts).decode()[:160]}[/dim]",
        soft_wrap=True,
    )
