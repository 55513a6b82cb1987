"""Which custodians are there, and by which keys? Anyone may look: whoever doubts a draw has no token."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from shenguan_chassis.deciding import public
from shenguan_chassis.http import Shown
from shenguan_chassis.listing import Asked, Listing, Page, Same
from shenguan_chassis.reading import Read
from shenguan_chassis.refusals import NotFound
from shenguan_contracts.types import DepartmentCode

from .store import custodians


class CustodianView(Shown):
    """托管单位."""

    id: UUID
    version: int
    department: str
    key: str
    registered_at: datetime


CUSTODIANS = Listing(
    "custodians",
    select(custodians),
    shows=CustodianView,
    filters=[Same("department", "单位代码", DepartmentCode)],
    sorts=["registered_at"],
)


@public
async def custodians_listed(read: Read, wanted: Asked) -> Page[CustodianView]:
    """The offices that registered a key, in the order they did."""
    return await CUSTODIANS.page(read, wanted)


@public
async def custodian_shown(read: Read, custodian: UUID) -> CustodianView:
    """One custodian; raises NotFound."""
    rows = await read.rows(select(custodians).where(custodians.c.id == custodian))
    if not rows:
        raise NotFound()
    return CustodianView.model_validate(dict(rows[0]))
