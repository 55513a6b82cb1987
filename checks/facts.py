"""What does the house say of itself: its services, machines and duties, and who says which event?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module

from checks.sources import Source
from notify_svc.duties.rules import DUTIES
from notify_svc.duties.words import DutyRow
from shenguan_chassis.service import Service
from shenguan_contracts.catalogue import CATALOGUE, SERVICES, sayings
from shenguan_contracts.event import Event
from shenguan_kernel.machines import Transition

Table = Mapping[type[Event], Transition]  # type: ignore[type-arg]


@dataclass(frozen=True, slots=True)
class Machine:
    """A table of transitions and where it stands."""

    path: str
    slice: str
    table: Table

    @property
    def noun(self) -> str:
        """The stream whose events move it."""
        return next(iter(self.table)).noun


@dataclass(frozen=True)
class House:
    """The facts that checks and generated pages are made of."""

    sources: list[Source]
    services: tuple[Service, ...]
    machines: tuple[Machine, ...]
    duties: tuple[DutyRow, ...]

    @cached_property
    def said(self) -> dict[type[Event], list[str]]:
        """Which slices make which event, by `<package>.<slice>`."""
        found: dict[type[Event], set[str]] = {event: set() for event in CATALOGUE}
        for source in self.sources:
            for event in _made_in(source):
                found[event].add(".".join(source.name.split(".")[:2]))
        return {event: sorted(slices) for event, slices in found.items()}

    @cached_property
    def speakers(self) -> dict[type[Event], list[str]]:
        """Which services may say which event."""
        return {event: [service for service, said in sayings() if said is event] for event in CATALOGUE}


def read_house(sources: list[Source]) -> House:
    """The house whose modules are `sources`."""
    services = tuple(import_module(f"{name}_svc.app").service for name in SERVICES)
    return House(sources, services, tuple(_machines(sources)), DUTIES)


def _machines(sources: list[Source]) -> Iterator[Machine]:
    for source in sources:
        if source.is_rule and "Transition(" in source.text and source.name != "shenguan_kernel.machines":
            for value in vars(import_module(source.name)).values():
                if isinstance(value, Mapping) and value and all(isinstance(one, Transition) for one in value.values()):
                    yield Machine(source.path, ".".join(source.name.split(".")[:2]), value)


def _made_in(source: Source) -> Iterator[type[Event]]:
    """The events that a module makes: those it calls, or chooses among to call."""
    if source.is_test or source.layer not in {"services", "kernel"} or "shenguan_contracts" not in source.text:
        return
    making = {id(node) for parent in source.nodes for node in _places_of_making(parent)}
    for node, name in source.spoken:
        if id(node) in making and (event := _BY_NAME.get(_CONSTRUCTORS.sub("", name))):
            yield event


def _places_of_making(node: ast.AST) -> list[ast.expr]:
    match node:
        case ast.Call():
            return [node.func]
        case ast.Dict():
            return node.values
        case ast.IfExp():
            return [node.body, node.orelse]
        case ast.Assign():
            return [node.value]
    return []


_CONSTRUCTORS = re.compile(r"\.model_(validate|construct)$")
_BY_NAME = {f"{event.__module__}.{event.__name__}": event for event in CATALOGUE}
