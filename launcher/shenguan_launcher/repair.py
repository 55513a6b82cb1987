"""What can an operator mend? Try again what was set aside, and say again what a bus has lost."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
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
from shenguan_contracts.catalogue import topic_of

from .asking import Data, say
from .district import BUS, State
from .district import SERVICES as DECLARED
from .reaching import Issuer, Reach, Service, Token, Urls, reached

_OPERATOR = "administrator"
_console = Console(highlight=False)
Source = Annotated[str, typer.Option("--source", help="来源服务 only what this service said.")]
Subject = Annotated[str, typer.Option("--subject", help="对象 only this stream, such as license/0198….")]

deadletters = typer.Typer(help="搁置事件: what could not take effect; list it, try it again.", no_args_is_help=True)


@deadletters.command("list")
def list_(  # noqa: PLR0913, PLR0917 - the options of one command
    source: Source = "",
    subject: Subject = "",
    data: Data = Path("data"),
    urls: Urls = "",
    issuer: Issuer = Path("secrets/issuer"),
    token: Token = "",
) -> None:
    """列出: each with its reason, and how many of its stream wait behind it."""
    table = Table("at", "source", "stream", "#", "event", "why", "behind", box=None)
    with reached(Reach.of(data, urls, issuer, token, by=_OPERATOR)) as services:
        for name, service in services.items():
            for letter in service.get("/dead-letters", **_named(source, subject)):
                why = f"{letter['why']}: {letter['reason']} (×{letter['tries']})"
                event = letter["type"].split(".")[-2]
                seq, behind = str(letter["seq"]), str(letter["behind"])
                table.add_row(name, letter["source"], letter["subject"], seq, event, why, behind)
    _console.print(table if table.row_count else "没有搁置的事件 nothing was set aside")


@deadletters.command()
def redrive(  # noqa: PLR0913, PLR0917 - the options of one command
    source: Source = "",
    subject: Subject = "",
    every: Annotated[bool, typer.Option("--all", help="全部 all of them.")] = False,
    data: Data = Path("data"),
    urls: Urls = "",
    issuer: Issuer = Path("secrets/issuer"),
    token: Token = "",
) -> None:
    """重新处理: try again, in the order of each stream; name which, or --all."""
    if not (source or subject or every):
        raise typer.BadParameter("请用 --source、--subject 指定，或写 --all。", param_hint="--all")
    with reached(Reach.of(data, urls, issuer, token, by=_OPERATOR)) as services:
        done = _told(services, "/dead-letters/redrive", _named(source, subject))
    if not (done or every):
        raise typer.Exit(say("没有这样的搁置事件 nothing of it was set aside: shenguan deadletters list"))


def republish(  # noqa: PLR0913, PLR0917 - the options of one command
    subject: Annotated[list[str] | None, typer.Option(help="对象 only these streams.")] = None,
    since: Annotated[datetime | None, typer.Option(help="自何时起 from this instant (UTC) on.")] = None,
    every: Annotated[bool, typer.Option("--all", help="总线已丢失，全部重填 the bus was lost: fill it again.")] = False,
    data: Data = Path("data"),
    urls: Urls = "",
    issuer: Issuer = Path("secrets/issuer"),
    token: Token = "",
) -> None:
    """重新发布: say kept events again; whoever has them drops them. --all wants an embedded district stopped."""
    if every and not urls:
        uvloop.run(_refill(State(data.resolve())))
        return
    if not (subject or since or every):
        raise typer.BadParameter("请用 --subject、--since 指定，或停机后写 --all。", param_hint="--all")
    from_then = f"{since.isoformat()}Z" if since else None
    with reached(Reach.of(data, urls, issuer, token, by=_OPERATOR)) as services:
        for one in subject or [""]:
            wanted = {"subjects": [one] if one else None, "since": from_then}
            if not _told(services, "/republish", wanted):
                raise typer.Exit(say(f"各服务均无此事件 nobody kept an event of it: {one or from_then or 'all'}"))


def _named(source: str, subject: str) -> dict[str, str]:
    return {name: value for name, value in (("source", source), ("subject", subject)) if value}


def _told(services: Mapping[str, Service], path: str, body: Any) -> int:
    """Give it to every service, and tell how many events it was; how many in all."""
    done = {name: int(service.give(path, body)["events"]) for name, service in services.items()}
    for name, events in done.items():
        _console.print(f"{name}: {events}")
    return sum(done.values())


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
