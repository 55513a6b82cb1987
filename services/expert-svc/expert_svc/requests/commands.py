"""How is a request answered? By a draw of level 0 that names it, or by what stands in the way."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from shenguan_chassis.refusals import Refusal
from shenguan_chassis.tx import Tx
from shenguan_contracts.expert import Pool
from shenguan_kernel.lots.requirement import Trait
from shenguan_kernel.lots.vrf import VrfKey

from ..draws.bodies import AtLeast, DrawPanel
from ..draws.commands import declare_draw
from . import rules
from .rules import PanelDemand, PanelRefusal
from .store import refusal_id


async def draw_requested(tx: Tx, request: UUID, key: VrfKey) -> None:
    """Declare and draw what was asked, once. Raises what `declare_draw` raises, NoLawfulPanel above all (R30)."""
    demand = await tx.get(PanelDemand, request)
    if demand.answered_at is None:
        await declare_draw(tx, _asked(demand), key, request)
        tx.keep(replace(demand, answered_at=tx.now))


async def answer_refused(tx: Tx, request: UUID, why: Refusal) -> None:
    """无法抽取: say which rule cannot be met and what would help (R30)."""
    demand = await tx.get(PanelDemand, request)
    if demand.answered_at is None:
        said = rules.refuse(refusal_id(request), demand, why, at=tx.now)
        tx.keep(replace(demand, answered_at=tx.now))
        tx.add(PanelRefusal.first(said), said)


def _asked(demand: PanelDemand) -> DrawPanel:
    minimums = [AtLeast(of=Trait.FIELD, name=name) for name in demand.fields]
    if demand.department is not None:
        minimums.append(AtLeast(of=Trait.DEPARTMENT, name=demand.department))
    return DrawPanel(
        purpose=demand.purpose,
        pool=Pool(demand.pool),
        seats=demand.seats,
        per_department=demand.per_department,
        minimums=tuple(minimums),
        excluded_departments=demand.excluded_departments,
    )
