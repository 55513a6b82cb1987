"""Is any journal not what it was? Every service verifies its own; what it witnessed of the others is compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import typer
from rich.console import Console

from shenguan_chassis.journal.comparing import Witnessed, contradictions
from shenguan_chassis.journal.faults import Finding, first_of

from .asking import Data
from .reaching import Issuer, Reach, Service, Token, Urls, reached

_console = Console(highlight=False)
audit = typer.Typer(help="审计: are the journals what they were?", no_args_is_help=True)


@dataclass
class Chain:
    """What was found of one service's log."""

    entries: int = 0
    seals: int = 0
    unsealed: int = 0
    heads: dict[int, tuple[int, bytes]] = field(default_factory=dict)
    keys: set[bytes] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)
    witnesses: dict[str, int] = field(default_factory=dict)


@audit.callback()
def _group() -> None:
    """A group, though it has one command so far."""


@audit.command()
def verify(
    data: Data = Path("data"), urls: Urls = "", issuer: Issuer = Path("secrets/issuer"), token: Token = ""
) -> None:
    """核验: recompute every journal, compare what was witnessed; exit 1 and name the first thing that is not whole."""
    with reached(Reach.of(data, urls, issuer, token)) as services:
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


def judge(chain: Chain, seen: Iterable[Witnessed]) -> None:
    """Compare a log with what the others saw of it."""
    known = list(seen)
    chain.findings += contradictions(chain.heads, known, chain.keys)
    for one in known:
        chain.witnesses[one.by] = max(one.last, chain.witnesses.get(one.by, 0))


def chain_of(service: Service) -> Chain:
    """A service's log as it verifies it itself, part by part; each part must go on where the last one ended."""
    chain = Chain(keys={bytes.fromhex(key["key"]) for key in service.get("/journal/keys")["keys"]})
    after: int | None = 0
    while after is not None:
        part = service.get("/journal/chain", after=after)
        chain.entries, chain.unsealed = part["rows"], part["unsealed"]
        chain.heads |= {one["seal"]: (one["last"], bytes.fromhex(one["head"])) for one in part["heads"]}
        chain.findings += [_finding(fault) for fault in part["faults"]]
        after = part["next"]
    chain.seals = max(chain.heads, default=0)
    return chain


def witnessed_by(service: Service) -> list[tuple[str, Witnessed]]:
    """What a service saw of the others' logs."""
    found: list[tuple[str, Witnessed]] = []
    source, seal = "", 0
    while page := service.get("/journal/witnessed", after_source=source, after=seal):
        for one in page:
            head, key = bytes.fromhex(one["head"]), bytes.fromhex(one["key"])
            found.append((one["source"], Witnessed(service.name, one["seal"], one["last"], head, key)))
        source, seal = page[-1]["source"], page[-1]["seal"]
    return found


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


def _finding(fault: Mapping[str, Any]) -> Finding:
    return Finding(
        fault=fault["fault"], seal=fault["seal"], entry=fault["entry"], upto=fault["upto"], about=fault["about"]
    )
