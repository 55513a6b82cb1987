"""What does a department watch, and how does each licence stand?"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from shenguan_chassis.deciding import view
from shenguan_chassis.http import Shown
from shenguan_chassis.reading import Page, Read
from shenguan_chassis.refusals import NotFound
from shenguan_contracts.types import ClaimRule
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


@view(*READERS)
async def ledger_listed(
    read: Read, *, state: WatchState | None, claimed: bool | None, after: str | None, limit: int
) -> Page[LedgerEntry]:
    """The ledger in the order of the pushes."""
    entries = _entries()
    if state is not None:
        entries = entries.where(watches.c.state == state)
    if claimed is not None:
        entries = entries.where(watches.c.claimed_at.is_not(None) == claimed)
    return await read.page(entries, [watches.c.assigned_at, watches.c.id], _shown, after=after, limit=limit)


@view(*READERS)
async def entry_shown(read: Read, watch: UUID) -> LedgerEntry:
    """One entry; raises NotFound."""
    rows = await read.rows(_entries().where(watches.c.id == watch))
    if not rows:
        raise NotFound()
    return _shown(rows[0])


def _entries() -> Select[Any]:
    facts = [licenses.c[name] for name in ("license_no", "item_code", "item_name", "holder_name", "holder_uscc")]
    return select(watches, *facts, licenses.c.issued_at, licenses.c.state.label("license_state")).join_from(
        watches, licenses, licenses.c.license_id == watches.c.license_id
    )


def _shown(row: Any) -> LedgerEntry:
    return LedgerEntry.model_validate(dict(row))
