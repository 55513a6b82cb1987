"""Is everything in the room where it belongs? The laws of the house's style, read from the syntax.

A law may be set aside where its reason does not hold, on the line itself, by its name and with the reason:

    except Exception as failure:  # allow broad-except: the plug-in is the operator's own code

A permission without a reason, or one that nothing needs, is a finding itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from checks.care import CARE
from checks.changes import CHANGES
from checks.doors import DOORS
from checks.findings import Finding
from checks.naming import NAMING
from checks.personal import revealed_in_few_places
from checks.purity import PURITY
from checks.scoping import SCOPING
from checks.sources import Source, read_sources

LAWS = (*PURITY, *DOORS, *CHANGES, *NAMING, *CARE, revealed_in_few_places, *SCOPING)
_PERMISSION = re.compile(r"# allow ([a-z-]+)(?:: *(\S.*))?$")


def grammar(root: Path) -> list[Finding]:
    """Every breach of a law that is not permitted with a reason, and every idle permission."""
    return sorted(finding for source in read_sources(root) for finding in judge(source))


def judge(source: Source) -> Iterator[Finding]:
    """The findings of one module."""
    permitted = dict(_permissions(source))
    needed: set[tuple[int, str]] = set()
    for finding in _breaches(source):
        key = (finding.line, finding.rule)
        needed.add(key)
        if not permitted.get(key):
            yield finding
    yield from _idle(source, permitted.keys() - needed)


def _breaches(source: Source) -> Iterable[Finding]:
    return (finding for law in LAWS for finding in law(source))


def _permissions(source: Source) -> Iterator[tuple[tuple[int, str], str | None]]:
    for number, comment in source.comments:
        if mark := _PERMISSION.match(comment):
            yield (number, mark[1]), mark[2]


def _idle(source: Source, unneeded: Iterable[tuple[int, str]]) -> Iterator[Finding]:
    for line, rule in unneeded:
        yield source.finding(line, "idle-permission", f"nothing here breaks {rule}", "Strike the comment.")
