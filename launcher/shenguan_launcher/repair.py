"""What can an operator mend? Try again what was set aside, and say again what a bus has lost."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
import uvloop
from rich.console import Console
from rich.table import Table

from shenguan_chassis import db
from shenguan_chassis.bus.connect import bus_from
from shenguan_chassis.embedded_postgres import EmbeddedPostgres
from shenguan_chassis.kept import refill
from shenguan_contracts.catalogue import SERVICES, topic_of

from .asking import Data, asking, checked, give
from .district import BUS, State
from .district import SERVICES as DECLARED

_console = Console(highlight=False)
Source = Annotated[str, typer.Option("--source", help="来源服务 only what this service said.")]
Subject = Annotated[str, typer.Option("--subject", help="对象 only this stream, such as license/0198….")]

deadletters = typer.Typer(help="搁置事件: what could not take effect; list it, try it again.", no_args_is_help=True)


@deadletters.command("list")
def list_(source: Source = "", subject: Subject = "", data: Data = Path("data")) -> None:
    """列出: each with its reason, and how many of its stream wait behind it."""
    table = Table("at", "source", "stream", "#", "event", "why", "behind", box=None)
    named = {name: value for name, value in (("source", source), ("subject", subject)) if value}
    with asking(data) as client:
        for service in SERVICES:
            for letter in checked(client.get(f"/{service}/v1/dead-letters", params=named)):
                why = f"{letter['why']}: {letter['reason']} (×{letter['tries']})"
                event = letter["type"].split(".")[-2]
                seq, behind = str(letter["seq"]), str(letter["behind"])
                table.add_row(service, letter["source"], letter["subject"], seq, event, why, behind)
    _console.print(table if table.row_count else "没有搁置的事件 nothing was set aside")


@deadletters.command()
def redrive(
    source: Source = "",
    subject: Subject = "",
    every: Annotated[bool, typer.Option("--all", help="全部 all of them.")] = False,
    data: Data = Path("data"),
) -> None:
    """重新处理: try again, in the order of each stream; name which, or --all."""
    if not (source or subject or every):
        raise typer.BadParameter("请用 --source、--subject 指定，或写 --all。", param_hint="--all")
    named = {name: value for name, value in (("source", source), ("subject", subject)) if value}
    with asking(data) as client:
        for service in SERVICES:
            done = checked(give(client, f"/{service}/v1/dead-letters/redrive", named))
            _console.print(f"{service}: {done['events']}")


def republish(
    subject: Annotated[list[str] | None, typer.Option(help="对象 only these streams.")] = None,
    since: Annotated[datetime | None, typer.Option(help="自何时起 from this instant (UTC) on.")] = None,
    every: Annotated[bool, typer.Option("--all", help="总线已丢失，全部重填 the bus was lost: fill it again.")] = False,
    data: Data = Path("data"),
) -> None:
    """重新发布: say kept events again; whoever has them drops them. --all wants the district stopped."""
    if every:
        uvloop.run(_refill(State(data.resolve())))
        return
    if not (subject or since):
        raise typer.BadParameter("请用 --subject、--since 指定，或停机后写 --all。", param_hint="--all")
    wanted: dict[str, Any] = {"subjects": subject or None, "since": f"{since.isoformat()}Z" if since else None}
    with asking(data) as client:
        for service in SERVICES:
            done = checked(give(client, f"/{service}/v1/republish", wanted))
            _console.print(f"{service}: {done['events']}")


async def _refill(state: State) -> None:
    """Each group back to the beginning, then everything queued; the relays send it after the next start."""
    postgres = EmbeddedPostgres(state.folder / "postgres")
    await asyncio.to_thread(postgres.start)
    try:
        bus = bus_from(await postgres.create_database(BUS, BUS))
        await bus.open()
        for service in DECLARED:
            connection = await db.connect(await postgres.create_database(service.name, service.name))
            topics = [topic_of(name) for name in service.hears]
            queued = await refill(connection, bus, service=service.name, group=service.name, topics=topics)
            _console.print(f"{service.name}: {queued}")
            await connection.close()
        await bus.close()
    finally:
        await asyncio.to_thread(postgres.stop)
