"""What does a department watch, and how does each licence stand?"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select

from shenguan_chassis.deciding import view
from shenguan_chassis.http import Shown
from shenguan_chassis.listing import Asked, Between, Listing, Page, Same, Search, Where
from shenguan_chassis.reading import Read
from shenguan_chassis.refusals import NotFound
from shenguan_contracts.types import ClaimRule, DepartmentCode
from shenguan_kernel.identifiers.item_code import ItemCode
from shenguan_kernel.identifiers.uscc import Uscc
from shenguan_kernel.roles import READERS

from .rules import LicenseState, WatchState
from .store import licenses, watches


class WatchView(Shown):
    """台账条目."""

    id: UUID
    version: int
    department: str
    license_id: UUID
    claim_rule: ClaimRule
    state: WatchState
    assigned_at: datetime
    claimed_at: datetime | None
    ended_at: datetime | None


class LedgerEntry(WatchView):
    """台账条目与其许可证."""

    license_no: str
    item_code: str
    item_name: str
    holder_name: str | None
    holder_uscc: str | None
    issued_at: datetime
    license_state: LicenseState


def _entries() -> Select[Any]:
    facts = [licenses.c[name] for name in ("license_no", "item_code", "item_name", "holder_name", "holder_uscc")]
    return select(watches, *facts, licenses.c.issued_at, licenses.c.state.label("license_state")).join_from(
        watches, licenses, licenses.c.license_id == watches.c.license_id
    )


def _claimed(claimed: bool) -> ColumnElement[bool]:
    return watches.c.claimed_at.is_not(None) if claimed else watches.c.claimed_at.is_(None)


LEDGER = Listing(
    "ledger",
    _entries(),
    shows=LedgerEntry,
    filters=[
        Same("department", "监管部门代码", DepartmentCode),
        Same("state", "台账状态"),
        Where("claimed", "是否已认领", bool, _claimed),
        Same("license_id", "许可证"),
        Same("license_no", "许可证编号"),
        Same("item_code", "事项编码", ItemCode),
        Same("holder_uscc", "持证人统一社会信用代码", Uscc),
        Between("assigned_at", "推送时间"),
    ],
    sorts=["assigned_at"],
    search=Search("holder_name", "持证人名称"),
)


@view(*READERS)
async def ledger_listed(read: Read, wanted: Asked) -> Page[LedgerEntry]:
    """The ledger in the order of the pushes."""
    return await LEDGER.page(read, wanted)


@view(*READERS)
async def entry_shown(read: Read, watch: UUID) -> LedgerEntry:
    """One entry; raises NotFound."""
    rows = await read.rows(_entries().where(watches.c.id == watch))
    if not rows:
        raise NotFound()
    return _shown(rows[0])


def _shown(row: Any) -> LedgerEntry:
    return LedgerEntry.model_validate(dict(row))
