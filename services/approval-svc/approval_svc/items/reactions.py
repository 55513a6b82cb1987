"""What does the power list keep of the directory? Who may be named as a supervisor (R5)."""

from __future__ import annotations

from shenguan_chassis.deciding import on
from shenguan_chassis.tx import Tx
from shenguan_contracts.supervision import DepartmentRegistered

from .rules import Office


@on(DepartmentRegistered)
async def keep_office(tx: Tx, registered: DepartmentRegistered) -> None:
    """登记部门: from now on items may name it."""
    tx.keep(Office(department=registered.department, name=registered.name, kind=registered.kind))
