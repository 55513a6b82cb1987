"""Who sets an office's hours? The operator, office by office."""

from __future__ import annotations

from shenguan_chassis.deciding import command
from shenguan_chassis.tx import Tx
from shenguan_kernel.roles import Role
from shenguan_kernel.working_days import OfficeHours

from . import rules
from .rules import BusinessHours
from .store import hours_id


@command(Role.SYSTEM_ADMINISTRATOR)
async def set_business_hours(tx: Tx, department: str, wanted: OfficeHours) -> BusinessHours:
    """设定办公时间: what counts after closing time at one office (民法典 art. 203)."""
    key = hours_id(department)
    known = await tx.find(BusinessHours, key)
    changed = rules.set_hours(known, key, department, wanted, tx.now)
    return tx.add(*changed) if known is None else tx.save(*changed)
