"""Who opens and closes the addresses of an office's agenda? Its own liaison people and its head."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from shenguan_chassis.deciding import command
from shenguan_chassis.http import Body
from shenguan_chassis.tx import Tx
from shenguan_contracts.types import DepartmentCode
from shenguan_kernel.roles import Role

from . import rules
from .rules import Agenda
from .store import how_many_open

_KEEPERS = (Role.LIAISON_LEAD, Role.LIAISON_OFFICER, Role.PRINCIPAL_HEAD, Role.BUREAU_HEAD)

Made = list[tuple[Agenda, str]]
"""Where the command leaves the address, for the one answer that tells it: the journal never holds it."""


class OpenAgenda(Body):
    """开通时限日历."""

    department: DepartmentCode = Field(description="单位代码。", examples=["fire"])


@command(*_KEEPERS)
async def open_agenda(tx: Tx, body: OpenAgenda, made: Made) -> Agenda:
    """开通时限日历: a secret address, told once, at which calendar programs read what the office still owes (R16)."""
    open_ones = (await tx.query(how_many_open(body.department)))[0]["open"]
    new = tx.new_id()
    address = rules.address_of(tx.keys.of("agenda-address"), new)
    opened = rules.open_agenda(new, body.department, address, open_ones=open_ones, at=tx.now)
    made[:] = [(tx.add(*opened), address)]
    return made[0][0]


@command(*_KEEPERS, Role.SYSTEM_ADMINISTRATOR)
async def close_agenda(tx: Tx, agenda_id: UUID) -> Agenda:
    """关闭时限日历: its address leads nowhere any more."""
    return tx.save(*rules.close_agenda(await tx.get(Agenda, agenda_id), tx.now))
