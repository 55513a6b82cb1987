"""Does anything go round the one place where a department's rows are told from another's?

A table says whose its rows are; the reader's scope is applied where selects are compiled. A slice that scopes by hand
would say it twice, and one day forget it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from checks.facts import House
from checks.findings import Finding
from checks.sources import Source
from shenguan_chassis.owners import OWNER

_BY_HAND = {
    "scope": "Say `owner=` where the table is declared; rows that are not the reader's do not come.",
    "connection": "Read through `read.rows/get/find/page` or `tx.get/find/query`, which see the reader's rows only.",
}


def no_scoping_by_hand(source: Source) -> Iterator[Finding]:
    """No slice asks for the scope or reads past it."""
    if source.slice is None or source.is_test:
        return
    for node in source.nodes:
        if isinstance(node, ast.Attribute) and node.attr in _BY_HAND:
            yield source.finding(node, "scope-by-hand", f"`.{node.attr}` goes round the scope", _BY_HAND[node.attr])


SCOPING = (no_scoping_by_hand,)


def owners(house: House) -> list[Finding]:
    """Each table of a slice that says not whose its rows are: it was not declared by `aggregate` or `copy`."""
    tables = {
        table.name: f"services/{service.name}-svc"
        for service in house.services
        for metadata in service.tables
        for table in metadata.tables.values()
        if OWNER not in table.info
    }
    remedy = "Declare it with `aggregate(…, owner=…)` or `copy(…, owner=…)`."
    return [
        Finding(path, 1, "owner", f"table {name} says not whose its rows are", remedy) for name, path in tables.items()
    ]
