"""What does this service keep of the directory? Offices and the holders of posts, as supervision-svc says them."""

from __future__ import annotations

from shenguan_chassis.deciding import on
from shenguan_chassis.tx import Tx
from shenguan_contracts.supervision import DepartmentRegistered, OfficerDesignated

from .store import Holder, Office


@on(DepartmentRegistered)
async def keep_office(tx: Tx, registered: DepartmentRegistered) -> None:
    """登记部门: an office exists; from now on its feed is open (R2)."""
    tx.keep(Office(department=registered.department, name=registered.name, kind=registered.kind))


@on(OfficerDesignated)
async def keep_holder(tx: Tx, designated: OfficerDesignated) -> None:
    """指定联络人员: the post's new holder replaces the earlier one (R16, R35)."""
    tx.keep(Holder(department=designated.department, post=designated.post, person_id=designated.person_id))
