"""What was found? Figures with their targets, as a table for people and JSON for machines."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import orjson
from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure. A `target` says what it should be: at least or at most."""

    part: str
    what: str
    value: float
    unit: str
    target: float | None = None
    sense: Literal["at least", "at most"] = "at least"
    note: str = ""

    @property
    def reached(self) -> bool | None:
        """Whether the target was reached; None where there is none."""
        if self.target is None:
            return None
        return self.value >= self.target if self.sense == "at least" else self.value <= self.target


def machine() -> dict[str, str | float]:
    """On what was it measured, and how busy was it already?"""
    cpu = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "?"
    )
    memory = next((line.split()[1] for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), "0")
    return {
        "cpu": cpu,
        "cores": float(len(os.sched_getaffinity(0))),
        "memory_gb": round(int(memory) / 1_048_576, 1),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "load_before": round(os.getloadavg()[0], 2),
    }


def show(figures: Sequence[Figure], about: dict[str, str | float]) -> None:
    """Print the table."""
    table = Table("", "figure", "value", "target", "", "note", box=None, padding=(0, 1))
    for figure in figures:
        wanted = "" if figure.target is None else f"{'≥' if figure.sense == 'at least' else '≤'} {figure.target:g}"
        mark = {True: "[green]✓[/green]", False: "[red]✗[/red]", None: ""}[figure.reached]
        table.add_row(figure.part, figure.what, f"{_plain(figure.value)} {figure.unit}", wanted, mark, figure.note)
    console = Console()
    console.print(", ".join(f"{name} {value}" for name, value in about.items()))
    console.print(table)


def keep(figures: Sequence[Figure], about: dict[str, str | float], folder: Path) -> Path:
    """Write them as JSON; returns the file."""
    folder.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC)
    path = folder / f"{now:%Y%m%dT%H%M%SZ}.json"
    rows = [{**asdict(figure), "reached": figure.reached} for figure in figures]
    content = {"at": now, "machine": about, "load_after": os.getloadavg()[0], "figures": rows}
    path.write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2))
    return path


def _plain(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}"


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []
