"""Who may do what? The table of rights is the commands' own declarations, collected: `docs/rights.md`."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

from checks.facts import House
from shenguan_chassis.deciding import Command, commands_in
from shenguan_chassis.service import Service
from shenguan_kernel.roles import Role

_HEAD = """\
# Rights

Every command with the roles that may give it, as its `@command` declares. A department's roles act for their own
department only; another's aggregate answers as if it did not exist.

| service 服务 | slice | command 操作 | roles 岗位 | what it does |
|---|---|---|---|---|
"""


def rights_page(house: House) -> str:
    """A row for each command of each service."""
    return _HEAD + "".join(
        f"| {service.title} `{service.name}` | {noun} | `{command.name}` | {_roles(command)} | {command.says} |\n"
        for service in house.services
        for noun, command in sorted(_commands(service), key=lambda found: (found[0], found[1].name))
    )


def _commands(service: Service) -> Iterator[tuple[str, Command]]:
    for piece in service.slices:
        name = f"{piece.__name__}.commands"
        if find_spec(name):
            yield from ((piece.__name__.rpartition(".")[2], command) for command in commands_in(import_module(name)))


def _roles(command: Command) -> str:
    roles = [role for role in Role if role in command.roles]
    return "<br>".join(f"{role.title_zh} `{role}`" for role in roles)
