"""Does each problem code of a service mean one thing? A program that reads it must know which refusal it was."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from checks.facts import House
from checks.findings import Finding
from checks.sources import Source
from shenguan_chassis.refusals import Refusal


def refusals(house: House) -> Iterator[tuple[Source, type[Refusal]]]:
    """Every refusal of the code, with the module that says it."""
    for source in house.sources:
        if source.is_test or source.layer == "checks" or "Refusal" not in source.text:
            continue
        for value in vars(import_module(source.name)).values():
            if isinstance(value, type) and issubclass(value, Refusal) and value.__module__ == source.name:
                yield from [(source, value)] if value is not Refusal else []


def distinct_codes(house: House) -> list[Finding]:
    """Each refusal whose code another one of its package has; two services may use the same word."""
    meant: dict[tuple[str, str], type[Refusal]] = {}
    found = []
    for source, refusal in refusals(house):
        first = meant.setdefault((source.name.partition(".")[0], refusal.code), refusal)
        if first is not refusal:
            what = f"{refusal.code} is what {first.__module__}.{first.__name__} says"
            found.append(Finding(source.path, 1, "code-twice", what, "Name the refusal after what it refuses."))
    return sorted(found)
