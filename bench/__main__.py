"""`make bench`: what does the machinery cost? `python -m bench --only a --seconds 3` measures one part briefly.

Every ratio comes from one run on one machine, the two sides in turn; absolute rates move with whatever else it does.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from shenguan_chassis.embedded_postgres import EmbeddedPostgres

from . import (
    commands,
    delivering,
    drawing,
    feeding,
    hearing,
    house,
    idle,
    latency,
    listing,
    relaying,
    sealing,
    timekeeping,
    tokens,
)
from .processes import Machine
from .report import Figure, keep, machine, show

_PARTS = "abcdefghijkl"
Part = Callable[[], Awaitable[list[Figure]]]
_RESULTS = Path(__file__).parent / "results"


def main() -> None:
    """Measure what the command line says, show it, keep it."""
    wanted = _arguments()
    about, watched, figures = machine(), Machine(), list[Figure]()
    with house.server() as postgres, _kafka(wanted.only) as servers:
        figures = asyncio.run(_measured(wanted, postgres, servers))
    about["others_used_percent"] = watched.others_used()
    show(figures, about)
    print(keep(figures, about, _RESULTS))


async def _measured(wanted: argparse.Namespace, postgres: EmbeddedPostgres, servers: str | None) -> list[Figure]:
    return [figure async for figure in _parts(wanted, postgres, servers)]


async def _parts(wanted: argparse.Namespace, postgres: EmbeddedPostgres, servers: str | None) -> AsyncIterator[Figure]:
    parts = _alone(wanted, postgres) | ({} if servers is None else _with_kafka(wanted, postgres, servers))
    for part in wanted.only:
        print(f"measuring {part} …", file=sys.stderr)
        for figure in await parts[part]() if part in parts else []:
            yield figure


def _alone(wanted: argparse.Namespace, postgres: EmbeddedPostgres) -> dict[str, Part]:
    seconds, rounds = wanted.seconds, wanted.rounds
    return {
        "a": lambda: commands.measure(postgres, 1.0, max(3, int(seconds))),
        "e": lambda: idle.measure(max(5.0, 3 * seconds)),
        "f": lambda: listing.measure(postgres, rounds),
        "g": lambda: sealing.measure(postgres, max(5_000, int(4_000 * seconds))),
        "h": tokens.measure,
        "l": lambda: drawing.measure(postgres),
        "i": lambda: timekeeping.measure(postgres, int(2_000 * seconds), int(20_000 * seconds)),
        "j": lambda: delivering.measure(postgres, seconds),
        "k": lambda: feeding.measure(postgres, int(20_000 * seconds)),
    }


def _with_kafka(wanted: argparse.Namespace, postgres: EmbeddedPostgres, servers: str) -> dict[str, Part]:
    number, rounds = int(4_000 * wanted.seconds), wanted.rounds
    return {
        "b": lambda: relaying.measure(postgres, servers, 2 * number, rounds),
        "c": lambda: hearing.measure(postgres, servers, number, rounds),
        "d": lambda: latency.measure(postgres, servers, wanted.seconds),
    }


@contextmanager
def _kafka(parts: str) -> Iterator[str | None]:
    """A Kafka if a part needs one; None, said loudly, where there is none to be had."""
    if not set(parts) & set("bcd"):
        yield None
        return
    with house.kafka() as servers:
        yield servers


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__, allow_abbrev=False)
    parser.add_argument("--only", default=_PARTS, help=f"parts to measure, of {_PARTS} (default: all)")
    parser.add_argument("--seconds", type=float, default=10.0, help="how long a part is measured, about")
    parser.add_argument("--rounds", type=int, default=3, help="turns of each side in b and c")
    wanted = parser.parse_args()
    if not wanted.only or set(wanted.only) - set(_PARTS):
        parser.error(f"--only: some of {_PARTS}")
    return wanted


if __name__ == "__main__":
    main()
