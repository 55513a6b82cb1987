"""Which rights are there? Each command and view of the product where it is declared, with the roles behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType

from checks.facts import House
from shenguan_chassis.deciding import Command, View, commands_in, views_in
from shenguan_chassis.service import Service
from shenguan_kernel.powers import POWERS
from shenguan_kernel.roles import Role

MACHINERY = "chassis", "launcher"
"""Layers whose doors every service or the whole district has."""


@dataclass(frozen=True, slots=True)
class Right:
    """One row of the table: `place` is a slice, or the file of the machinery; no roles: everyone."""

    service: Service | None
    place: str
    declared: Command | View

    @property
    def roles(self) -> list[Role]:
        """Who has it, in the order of the roles; duties are told as the roles that have them."""
        holders = POWERS.holders(self.declared.roles)
        return [role for role in Role if role in holders]


def rights(house: House) -> list[Right]:
    """All of them: by service and slice, the machinery's last."""
    slices = [Right(*found) for service in house.services for found in _of_slices(service)]
    machinery = {id(found.declared): found for found in _of_machinery(house)}
    return [*slices, *sorted(machinery.values(), key=lambda right: (right.place, right.declared.name))]


def _of_slices(service: Service) -> Iterator[tuple[Service, str, Command | View]]:
    for piece in sorted(service.slices, key=lambda piece: piece.__name__):
        noun = piece.__name__.rpartition(".")[2]
        for word in ("commands", "views"):
            module = service.part(piece, word)
            found: list[Command | View] = [] if module is None else [*commands_in(module), *views_in(module)]
            yield from ((service, noun, declared) for declared in sorted(found, key=lambda one: one.name))


def _of_machinery(house: House) -> Iterator[Right]:
    for source in house.sources:
        if source.layer in MACHINERY and not source.is_test and ("Command" in source.text or "@view" in source.text):
            module = import_module(source.name)
            yield from (Right(None, source.word, declared) for declared in _declared(module))


def _declared(module: ModuleType) -> Iterator[Command | View]:
    yield from commands_in(module)
    yield from views_in(module)
    yield from (value for value in vars(module).values() if isinstance(value, Command))
