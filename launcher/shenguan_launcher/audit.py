"""Is any journal not what it was? Every service verifies its own; what it witnessed of the others is compared."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from shenguan_chassis.journal.faults import first_of

from .asking import Data
from .audit_export import verified_export, write_export
from .chains import Chain, chain_of, judge, witnessed_by
from .reaching import Issuer, Reach, Service, Token, Urls, reached

_console = Console(highlight=False)
audit = typer.Typer(help="审计: are the journals what they were?", no_args_is_help=True)


@audit.command()
def export(
    out: Annotated[Path, typer.Argument(help="写到哪里 where the journals are written (zip).")],
    data: Data = Path("data"),
    urls: Urls = "",
    issuer: Issuer = Path("secrets/issuer"),
    token: Token = "",
) -> None:
    """导出: take all journals along, to verify them where no service runs: audit verify --file OUT."""
    with reached(Reach.of(data, urls, issuer, token, by="auditor")) as services:
        write_export(services, out)
    _console.print(f"{out}：{out.stat().st_size >> 10} kB")


@audit.command()
def verify(
    data: Data = Path("data"),
    urls: Urls = "",
    issuer: Issuer = Path("secrets/issuer"),
    token: Token = "",
    file: Annotated[Path | None, typer.Option(help="导出的日志 an export to verify, offline.")] = None,
) -> None:
    """核验: recompute every journal, compare what was witnessed; exit 1 and name the first thing that is not whole."""
    if file is not None:
        chains = verified_export(file)
    else:
        with reached(Reach.of(data, urls, issuer, token, by="auditor")) as services:
            chains = verified(services)
    for name, chain in chains.items():
        told(_console, name, chain)
    if any(chain.findings for chain in chains.values()):
        raise typer.Exit(1)
    _console.print("[bold green]✓ 各服务日志完好，且与相互见证的链首一致 whole, and what the others saw[/bold green]")


def verified(services: Mapping[str, Service]) -> dict[str, Chain]:
    """The verdict on every service's log. What was witnessed is read first: a log only grows meanwhile."""
    seen = [one for service in services.values() for one in witnessed_by(service)]
    chains = {name: chain_of(service) for name, service in services.items()}
    for name, chain in chains.items():
        judge(chain, [one for source, one in seen if source == name])
    return chains


def told(console: Console, name: str, chain: Chain) -> None:
    """Tell people what was found of one log, the first break first."""
    first = first_of(chain.findings)
    by = "、".join(f"{witness} 至第 {last} 条" for witness, last in sorted(chain.witnesses.items()))
    if first is None:
        seen = f"；见证 {by}" if by else ""
        console.print(f"✓ {name}：{chain.entries} 条，{chain.seals} 次封存，待封存 {chain.unsealed} 条{seen}")
        return
    console.print(f"[bold red]✗ {name}：{first.sentence()}[/bold red]")
    for finding in sorted(chain.findings, key=lambda one: one.entry)[1:20]:
        console.print(f"    {finding.sentence()}")
