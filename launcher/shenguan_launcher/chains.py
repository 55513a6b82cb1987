"""What is known of one service's log: what it found in it itself, and what the others saw of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from shenguan_chassis.journal.comparing import Witnessed, contradictions
from shenguan_chassis.journal.faults import Fault, Finding

from .reaching import Service


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


def _finding(fault: Mapping[str, Any]) -> Finding:
    return Finding(
        fault=Fault(fault["fault"]), seal=fault["seal"], entry=fault["entry"], upto=fault["upto"], about=fault["about"]
    )
