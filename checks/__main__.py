"""Is the house in order? Runs every check and says what to do about each finding.

python -m checks            everything; exit 1 if anything is to be mended
python -m checks --write    write contracts and pages anew first
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from checks.codes import distinct_codes
from checks.compatibility import compatibility
from checks.facts import House, read_house
from checks.findings import Finding
from checks.grammar import judge
from checks.links import dead_links
from checks.mounting import mounting
from checks.openapi import openapi
from checks.pages import drifted_pages, write_pages
from checks.personal import impersonal
from checks.scoping import owners
from checks.sources import read_sources
from checks.transitions import transitions
from checks.versions import versions
from shenguan_contracts import generate
from shenguan_contracts.catalogue import CATALOGUE
from shenguan_contracts.control import NOTES

ROOT = Path(__file__).resolve().parents[1]

Check = Callable[[House], list[Finding]]


def _grammar(house: House) -> list[Finding]:
    return sorted(finding for source in house.sources for finding in judge(source))


def _drifted_contracts(_: House) -> list[Finding]:
    found = (line.partition(": ") for line in generate.drifted())
    return [Finding(f"contracts/{path}", 1, "drift", what, "Run `make contracts`.") for path, _, what in found]


CHECKS: dict[str, Check] = {
    "grammar of slices": _grammar,
    "every slice mounted": mounting,
    "every table has an owner": owners,
    "each problem code means one thing": distinct_codes,
    "transitions, events and duties": transitions,
    "no personal data in events": lambda _: impersonal([*CATALOGUE, *NOTES]),
    "contracts as generated": _drifted_contracts,
    "contracts as released": lambda _: compatibility(ROOT),
    "pages as generated": lambda house: drifted_pages(house, ROOT),
    "API documents": openapi,
    "links of the pages": lambda _: dead_links(ROOT),
    "one version": lambda _: versions(ROOT),
}


def report(found: Mapping[str, list[Finding]]) -> int:
    """Print each check with what it found; answers the exit code."""
    for name, findings in found.items():
        sys.stdout.write(f"{'NO' if findings else 'ok'}  {name}\n")
        sys.stdout.writelines(f"    {finding}\n" for finding in findings)
    return 1 if any(found.values()) else 0


def main(arguments: list[str] | None = None) -> int:
    """Run all; answers the exit code."""
    parser = argparse.ArgumentParser(prog="python -m checks", description="Is the house in order? / 检查全部约定")
    parser.add_argument("--write", action="store_true", help="write what is generated first / 先重新生成")
    wish = parser.parse_args(arguments)
    house = read_house(read_sources(ROOT))
    if wish.write:
        generate.write()
        write_pages(house, ROOT)
    return report({name: check(house) for name, check in CHECKS.items()})


if __name__ == "__main__":
    sys.exit(main())
