"""What is a service? A name, its slices, and whom it hears: everything else is found in the slices' files.

`service = Service(name="approval", title="审批", slices=(items, cases, …), hears=("supervision",), powers=POWERS)`
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from fastapi import APIRouter
from sqlalchemy import MetaData

from shenguan_contracts.event import Event

from .deciding import Command, Reaction, View, commands_in, reactions_in, views_in
from .identity.powers import Powers
from .settings import ServiceSettings

if TYPE_CHECKING:
    from .evidence.part import Attach
    from .runtime import Runtime

Worker = Callable[["Runtime"], Awaitable[None]]


@dataclass(frozen=True)
class Service:
    """One service as its `app.py` declares it."""

    name: str
    title: str
    slices: tuple[ModuleType, ...]
    powers: Powers
    hears: tuple[str, ...] = ()
    workers: tuple[Worker, ...] = ()
    settings: type[ServiceSettings] = ServiceSettings
    attaches: Mapping[str, Attach] = field(default_factory=dict)
    """What goes into an evidence bundle with aggregates of a noun, beside their events and journal rows."""

    @property
    def prefix(self) -> str:
        """Where its paths begin."""
        return f"/{self.name}/v1"

    @property
    def migrations(self) -> Path:
        """The folder of its own migrations."""
        return Path(import_module(f"{self.name}_svc").__path__[0]) / "migrations" / "versions"

    @cached_property
    def reactions(self) -> dict[type[Event], list[Reaction]]:
        """Which reactions answer which event."""
        found: dict[type[Event], list[Reaction]] = defaultdict(list)
        for module in self._files("reactions"):
            for reaction in reactions_in(module):
                for event in reaction.events:
                    found[event].append(reaction)
        return dict(found)

    @cached_property
    def commands(self) -> list[Command]:
        """Every command that can be given to it; raises TypeError for one that oversight may not give (R10)."""
        found = [declared for module in self._files("commands") for declared in commands_in(module)]
        for declared in found:
            if declared.roles & self.powers.only_looks and not declared.oversees:
                raise TypeError(
                    f"{declared.name} names a role that only looks: declare it with @oversight, if it is its"
                )
        return found

    @cached_property
    def views(self) -> list[View]:
        """Everything that can be read from it."""
        return [declared for module in self._files("views") for declared in views_in(module)]

    @property
    def routers(self) -> Iterator[APIRouter]:
        """The doors of its slices."""
        for module in self._files("api"):
            yield module.router

    @property
    def tables(self) -> Iterator[MetaData]:
        """The tables of its slices."""
        for module in self._files("store"):
            yield module.metadata

    def load(self) -> None:
        """Import everything: a slice that does not fit fails here, at the start."""
        list(self.tables)
        list(self.routers)
        _ = self.reactions, self.commands, self.views

    @staticmethod
    def part(piece: ModuleType, word: str) -> ModuleType | None:
        """A file of a slice by its word of the grammar; None where the slice has no such one."""
        name = f"{piece.__name__}.{word}"
        return None if find_spec(name) is None else import_module(name)

    def _files(self, word: str) -> Iterator[ModuleType]:
        found = (self.part(piece, word) for piece in self.slices)
        return (module for module in found if module is not None)
