"""Does anybody enter a room by another way than its door?

Slice to slice goes through commands, views and rules; whoever uses the bus knows its port, not which bus it is.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from checks.findings import Finding
from checks.sources import Source
from checks.spoken_names import origin

_PRIVATE_WORDS = frozenset({"api", "reactions", "store"})
_A_CERTAIN_BUS = re.compile(r"shenguan_chassis\.bus\.(kafka|embedded)(?!_settings)")
_BUS = "chassis/shenguan_chassis/bus/"


def slices_by_their_doors(source: Source) -> Iterator[Finding]:
    """What a slice keeps to itself: its tables, its HTTP words and what moves it from outside."""
    if source.slice is None or source.is_test:
        return
    package = source.name.partition(".")[0]
    for node, module in _imported_modules(source):
        parts = module.split(".")
        if len(parts) > 2 and parts[0] == package and parts[1] != source.slice and parts[2] in _PRIVATE_WORDS:
            remedy = f"Go through {parts[1]}'s commands, views or rules."
            yield source.finding(node, "slice-door", f"{module} is {parts[1]}'s own", remedy)


def the_bus_by_its_port(source: Source) -> Iterator[Finding]:
    """Nothing above the bus knows which bus it has."""
    if source.is_test or source.path.startswith(_BUS):
        return
    for node, module in _imported_modules(source):
        if _A_CERTAIN_BUS.match(module):
            remedy = "Use shenguan_chassis.bus.port; shenguan_chassis.bus.connect chooses by the settings."
            yield source.finding(node, "bus-door", f"{module} is one certain bus", remedy)


DOORS = (slices_by_their_doors, the_bus_by_its_port)


def _imported_modules(source: Source) -> Iterator[tuple[ast.AST, str]]:
    """Each thing imported by its full name, which begins with its module's."""
    for node in source.nodes:
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node, f"{origin(node, source.package)}.{alias.name}") for alias in node.names)
