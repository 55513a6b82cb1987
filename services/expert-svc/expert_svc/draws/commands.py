"""What may be done about a panel? The bureau draws it, and may void it with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints

from shenguan_chassis.deciding import command
from shenguan_chassis.http import Body
from shenguan_chassis.tx import Tx
from shenguan_contracts.expert import Pool
from shenguan_contracts.types import DepartmentCode
from shenguan_kernel.roles import Role
from shenguan_kernel.working_days import legal_day

from ..pools import rules as pools
from ..pools.commands import experts_in
from ..terms import Purpose, Term
from . import record, rules
from .certificate import assemble
from .pool import Expert, Snapshot, snapshot
from .record import Certificate, Draw
from .requirement import MOST_SEATS, Ground, Minimum, PanelRule, Recusal, Trait
from .rules import Intent
from .store import draw_id, duties_in
from .vrf import VrfKey

ExpertNo = Annotated[str, StringConstraints(pattern=r"^e-[0-9]{6,12}$"), Field(examples=["e-000001"])]


class AtLeast(Body):
    """最低人数."""

    of: Trait = Field(description="按部门、从事领域或资质计。")
    name: Term = Field(description="部门代码、领域或资质名称。")
    count: int = Field(default=1, ge=1, le=MOST_SEATS, description="至少几人。")


class Recused(Body):
    """回避."""

    expert: ExpertNo = Field(description="专家编号。")
    ground: Ground = Field(default=Ground.DECLARED, description="回避依据：本人声明、利害关系或曾参与同一事项。")
    reason: Term = Field(description="回避理由代码；不写具体情节。")


class DrawPanel(Body):
    """公告并抽取: 零级保证."""

    purpose: Purpose = Field(description="用途对象，如 case/…、survey/…。")
    pool: Pool = Field(description="从哪个名单抽取。")
    seats: int = Field(ge=1, le=MOST_SEATS, description="席位数。")
    per_department: int | None = Field(default=None, ge=1, le=MOST_SEATS, description="每部门上限；不填不限。")
    minimums: tuple[AtLeast, ...] = Field(default=(), max_length=20, description="最低人数要求。")
    excluded_departments: tuple[DepartmentCode, ...] = Field(default=(), max_length=100, description="不参加的部门。")
    recusals: tuple[Recused, ...] = Field(default=(), max_length=1000, description="回避名单。")
    load_limit: int | None = Field(default=None, ge=1, le=10_000, description="在办任务少于此数者方可抽取。")
    cooling_off_days: int | None = Field(default=None, ge=1, le=3650, description="冷却期天数；期内抽中过的不再抽取。")

    def rule(self, today: date) -> PanelRule:
        """The rule that a declaration of this day publishes; raises RuleInconsistent."""
        days = self.cooling_off_days
        return PanelRule(
            seats=self.seats,
            per_department=self.seats if self.per_department is None else self.per_department,
            minimums=tuple(Minimum(least.of, least.name, least.count) for least in self.minimums),
            excluded_departments=self.excluded_departments,
            recusals=tuple(Recusal(recused.expert, recused.ground, recused.reason) for recused in self.recusals),
            load_limit=self.load_limit,
            cooling_off=None if days is None else (today - timedelta(days=days - 1)).isoformat(),
        )


class VoidDraw(Body):
    """作废抽取结果."""

    reason: Term = Field(description="作废理由，将列入此后每份证书。")


@command(Role.REVIEWER, Role.APPROVER)
async def draw_panel(tx: Tx, body: DrawPanel, key: VrfKey) -> Draw:
    """公告并抽取: declaration, draw and certificate together, so that nobody sees one and keeps the other (R30)."""
    earlier = record.earlier_attempts(await _draws_for(tx, body.purpose))
    pool = await _snapshot(tx, body.pool)
    number = draw_id(body.purpose, len(earlier) + 1)
    intent = Intent(str(number), body.purpose, body.rule(legal_day(tx.now)), vrf_key=key.public, earlier=earlier)
    declaration = rules.declare(intent, pool, tx.now)
    declared = record.declared(number, declaration, at=tx.now)
    draw = Draw.first(declared, body.pool, tx.caller.person)
    drawn = rules.draw(declaration, pool, key)
    certificate = assemble(declaration, pool, drawn, earlier)
    completed = record.completed(draw, drawn, pool, certificate, at=tx.now)
    tx.keep(Certificate(draw_id=number, text=certificate.decode(), hash=completed.certificate_hash))
    return tx.add(draw.complete(completed), declared, completed)


@command(Role.APPROVER, Role.BUREAU_HEAD)
async def void_draw(tx: Tx, draw: UUID, body: VoidDraw) -> Draw:
    """作废: the panel no longer stands; it stays on record for ever (R30)."""
    found = await tx.get(Draw, draw)
    voided = record.void(found, body.reason, by=tx.caller.person, at=tx.now)
    return tx.save(found.apply(voided), voided)


async def _draws_for(tx: Tx, purpose: str) -> list[Draw]:
    """Every attempt, each guarded: none can be voided or added while the next is decided."""
    found: list[Draw] = []
    while (draw := await tx.find(Draw, draw_id(purpose, len(found) + 1))) is not None:
        found.append(draw)
    return found


async def _snapshot(tx: Tx, pool: Pool) -> Snapshot:
    duties = {row["expert_no"]: row for row in await tx.query(duties_in(pool))}
    return snapshot(_standing(one, duties.get(one.expert_no)) for one in await experts_in(tx, pool))


def _standing(one: pools.Expert, duties: Mapping[str, Any] | None) -> Expert:
    """An expert as the snapshot has it: what a rule can ask for, with the duties of the moment."""
    known = Expert(one.expert_no, one.department, one.fields, one.qualifications)
    if duties is None:
        return known
    return replace(known, load=duties["duties"], last_drawn=legal_day(duties["last_drawn"]).isoformat())
