"""What may be done about experts on a case? The bureau asks for a panel; the lot decides who sits on it."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from shenguan_chassis.deciding import command
from shenguan_chassis.http import Body
from shenguan_chassis.store import stored
from shenguan_chassis.tx import Tx
from shenguan_contracts.draws import PanelPurpose
from shenguan_contracts.types import DepartmentCode
from shenguan_kernel.lots.names import Term
from shenguan_kernel.lots.requirement import MOST_SEATS
from shenguan_kernel.roles import Role

from ..cases.rules import Case
from . import rules
from .rules import Before, CasePanel, PanelRequest, UnmetRequest, Wanted
from .store import panels_of, request_id


class RequestPanel(Body):
    """请求抽取专家."""

    kind: PanelPurpose = Field(description="用途：现场勘验从勘验专家库抽取，其余从智囊团抽取。")
    seats: int = Field(ge=1, le=MOST_SEATS, description="席位数。")
    per_department: int | None = Field(default=None, ge=1, le=MOST_SEATS, description="每部门上限；不填不限。")
    fields: tuple[Term, ...] = Field(default=(), max_length=20, description="须有的从事领域。", examples=[["消防"]])
    department: DepartmentCode | None = Field(default=None, description="须有其专家的主管部门；应为该办件的监管部门。")
    excluded_departments: tuple[DepartmentCode, ...] = Field(default=(), max_length=100, description="不参加的部门。")

    def wanted(self) -> Wanted:
        """The same as rules know it."""
        return Wanted(**dict(self))


@command(Role.REVIEWER, Role.APPROVER, Role.BUREAU_HEAD)
async def request_panel(tx: Tx, case_id: UUID, body: RequestPanel) -> PanelRequest:
    """请求抽取: say what panel a case needs; the draw that answers names this request (R28, R30)."""
    case, asked = await tx.get(Case, case_id), await _asked(tx, case_id, body.kind)
    panels = [stored(CasePanel).load(row, tx.keys) for row in await tx.query(panels_of(case_id))]
    drawn = [panel for panel in panels if panel.kind is body.kind]
    awaited = bool(asked) and not await _answered(tx, asked[-1].id, drawn)
    number = len(asked) + 1
    key = request_id(case_id, body.kind, number)
    said = rules.request(key, case, body.wanted(), Before(drawn, awaited), at=tx.now)
    return tx.add(PanelRequest.first(said, case, number), said)


async def _asked(tx: Tx, case: UUID, kind: PanelPurpose) -> list[PanelRequest]:
    """Every request for the purpose, each guarded: none can be added while the next is decided."""
    found: list[PanelRequest] = []
    while (asked := await tx.find(PanelRequest, request_id(case, kind, len(found) + 1))) is not None:
        found.append(asked)
    return found


async def _answered(tx: Tx, request: UUID, drawn: list[CasePanel]) -> bool:
    if any(panel.panel_request_id == request for panel in drawn):
        return True
    return await tx.find(UnmetRequest, request) is not None
