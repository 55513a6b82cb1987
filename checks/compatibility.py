"""Can everyone who reads a released schema read what is said now, and can we read what was said then?

Released schemas lie under `contracts/released/<version>/`. What breaks a reader is said anew under the next version of
the event, beside the old one. A break that everybody concerned has agreed to is written in `released/agreed.toml`:

    [[agreed]]
    event = "notify/EscalationRaised.v1"
    field = "data.rung"
    rule = "code-added"
    reason = "the only readers are our own services, released together"
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

from checks.findings import Finding
from checks.schema_breaks import WHY, Break, breaks

Agreed = dict[tuple[str, str, str], str]


def compatibility(root: Path) -> list[Finding]:
    """Every break of a released schema that is not agreed, and every agreement that no break needs."""
    contracts = root / "contracts"
    agreed = _agreed(contracts / "released" / "agreed.toml")
    needed: set[tuple[str, str, str]] = set()
    findings = []
    for version, event, found in _all_breaks(contracts):
        key = (event, found.field, found.rule)
        needed.add(key)
        if not agreed.get(key):
            findings.append(_finding(version, event, found))
    return sorted([*findings, *(_idle(key) for key in agreed.keys() - needed)])


def _all_breaks(contracts: Path) -> Iterator[tuple[str, str, Break]]:
    for released in sorted((contracts / "released").glob("*/*/*.json")):
        version = released.parents[1].name
        event = f"{released.parent.name}/{released.stem}"
        current = contracts / "schemas" / f"{event}.json"
        if not current.is_file():
            yield version, event, Break("", "event-removed", "its class is gone")
            continue
        for found in breaks(json.loads(released.read_text("utf-8")), json.loads(current.read_text("utf-8"))):
            yield version, event, found


def _agreed(path: Path) -> Agreed:
    if not path.is_file():
        return {}
    entries = tomllib.loads(path.read_text("utf-8")).get("agreed", [])
    return {(entry["event"], entry["field"], entry["rule"]): entry["reason"].strip() for entry in entries}


def _finding(version: str, event: str, found: Break) -> Finding:
    why = WHY.get(found.rule, "events kept from before could not be read")
    return Finding(
        f"contracts/schemas/{event}.json",
        1,
        found.rule,
        f"{found.field or event} breaks release {version}: {found.what}; {why}",
        "Keep it, and say what is new under the event's next version.",
    )


def _idle(key: tuple[str, str, str]) -> Finding:
    what = f"nothing breaks {' '.join(key)}"
    return Finding("contracts/released/agreed.toml", 1, "agreed-for-nothing", what, "Strike the entry.")
