"""What may be done about a panel? The bureau draws it, and may void it with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints

from shenguan_chassis.deciding import command
from shenguan_chassis.http import Body
from shenguan_chassis.tx import Tx
from shenguan_contracts.event import Event
from shenguan_contracts.expert import DrawCompleted, Pool
from shenguan_contracts.types import DepartmentCode, Instant
from shenguan_kernel.lots import rules
from shenguan_kernel.lots.beacon import Beacon, BeaconKind, instant
from shenguan_kernel.lots.certificate import Announcement, assemble
from shenguan_kernel.lots.declaration import EarlierAttempt
from shenguan_kernel.lots.pool import Candidate, Snapshot, snapshot
from shenguan_kernel.lots.requirement import MOST_SEATS, Ground, Minimum, PanelRule, Recusal, Trait
from shenguan_kernel.lots.rules import Drawn, Intent
from shenguan_kernel.lots.vrf import VrfKey
from shenguan_kernel.roles import Role
from shenguan_kernel.working_days import legal_day

from ..pools import rules as pools
from ..pools.commands import experts_in
from ..terms import Purpose, Term
from . import record, steps
from .publishing import opened, published
from .record import Certificate, Draw, DrawState, Published
from .store import draw_id, duties_in

ExpertNo = Annotated[str, StringConstraints(pattern=r"^e-[0-9]{6,12}$"), Field(examples=["e-000001"])]


Hex32 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$"), Field(examples=["5a" * 32])]

_CONTRIBUTORS = (
    Role.REVIEWER, Role.APPROVER, Role.BUREAU_HEAD, Role.LIAISON_OFFICER, Role.LIAISON_LEAD, Role.PRINCIPAL_HEAD,
)  # fmt: skip


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


class DeclaredBeacon(Body):
    """公共随机源: 二级保证."""

    kind: BeaconKind = Field(description="种类：drand 信标、彩票开奖号码或当众掷骰。")
    source: Term = Field(description="来源；drand 填 quicknet 链哈希。", examples=["福彩双色球"])
    round: Term = Field(description="期号或轮次。", examples=["2026024"])
    due: Instant = Field(description="公布时间，须晚于公开截止时间。")

    def declared(self) -> Beacon:
        """The source as the declaration publishes it; raises BeaconUnusable."""
        return Beacon(self.kind, self.source, self.round, instant(self.due))


class DrawPanel(Body):
    """公告抽取: 未列随机数提供方的为零级保证，公告即抽取."""

    purpose: Purpose = Field(description="用途对象，如 case/…、survey/…。")
    pool: Pool = Field(description="从哪个名单抽取。")
    seats: int = Field(ge=1, le=MOST_SEATS, description="席位数。")
    per_department: int | None = Field(default=None, ge=1, le=MOST_SEATS, description="每部门上限；不填不限。")
    minimums: tuple[AtLeast, ...] = Field(default=(), max_length=20, description="最低人数要求。")
    excluded_departments: tuple[DepartmentCode, ...] = Field(default=(), max_length=100, description="不参加的部门。")
    recusals: tuple[Recused, ...] = Field(default=(), max_length=1000, description="回避名单。")
    load_limit: int | None = Field(default=None, ge=1, le=10_000, description="在办任务少于此数者方可抽取。")
    cooling_off_days: int | None = Field(default=None, ge=1, le=3650, description="冷却期天数；期内抽中过的不再抽取。")
    contributors: tuple[DepartmentCode, ...] = Field(
        default=(), max_length=20, description="随机数提供部门，至少三个；不填为零级保证。"
    )
    commit_by: Instant | None = Field(default=None, description="承诺截止时间；有提供部门的必填。")
    reveal_by: Instant | None = Field(default=None, description="公开截止时间；有提供部门的必填。")
    beacon: DeclaredBeacon | None = Field(default=None, description="公共随机源；填写即为二级保证。")

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

    def intent(self, number: UUID, key: VrfKey, earlier: tuple[EarlierAttempt, ...], *, at: datetime) -> Intent:
        """What is to be declared under this number; raises RuleInconsistent, BeaconUnusable."""
        return Intent(
            str(number),
            self.purpose,
            self.rule(legal_day(at)),
            vrf_key=key.public,
            earlier=earlier,
            contributors=self.contributors,
            commit_by=self.commit_by,
            reveal_by=self.reveal_by,
            beacon=self.beacon.declared() if self.beacon else None,
        )


class CommitNumber(Body):
    """提交随机数承诺."""

    commitment: Hex32 = Field(description="承诺值，按抽签规范对公告、部门代码和 32 字节随机数计算。")


class RevealNumber(Body):
    """公开随机数."""

    number: Hex32 = Field(description="承诺时所用的 32 字节随机数，十六进制。")


class ReadBeacon(Body):
    """录入公共随机值."""

    value: str = Field(min_length=1, max_length=512, description="按抽签规范书写的公布值。", examples=["3 7 12 20"])


class VoidDraw(Body):
    """作废抽取结果."""

    reason: Term = Field(description="作废理由，将列入此后每份证书。")


@command(Role.REVIEWER, Role.APPROVER)
async def draw_panel(tx: Tx, body: DrawPanel, key: VrfKey) -> Draw:
    """公告抽取: without contributors declaration, panel and certificate come at once: nobody can keep one (R30)."""
    earlier = record.earlier_attempts(await _draws_for(tx, body.purpose))
    pool = await _snapshot(tx, body.pool)
    number = draw_id(body.purpose, len(earlier) + 1)
    declaration = rules.declare(body.intent(number, key, earlier, at=tx.now), pool, tx.now)
    declared = record.declared(number, declaration, at=tx.now)
    draw = Draw.first(declared, body.pool, tx.caller.person)
    if declaration.contributors:
        tx.keep(published(number, Announcement(declaration, pool)))
        return tx.add(draw, declared)
    completed = _certified(tx, draw, Announcement(declaration, pool), rules.draw(declaration, pool, key), earlier)
    return tx.add(draw.complete(completed), declared, completed)


@command(*_CONTRIBUTORS)
async def commit_number(tx: Tx, draw: UUID, body: CommitNumber) -> Draw:
    """承诺: the caller's department is bound to its number; the last commitment closes the draw (R30)."""
    found = await tx.get(Draw, draw)
    said = steps.bind(found, tx.caller.department or "", body.commitment, at=tx.now)
    return tx.save(steps.after(found, said, tx.caller.person), *said)


@command(*_CONTRIBUTORS)
async def reveal_number(tx: Tx, draw: UUID, body: RevealNumber, key: VrfKey) -> Draw:
    """揭示: the last number draws the panel in the same act, unless a public value is still to come (R30)."""
    found, announced = await tx.get(Draw, draw), opened(await tx.get(Published, draw))
    said = steps.disclose(
        found, announced.declaration, tx.caller.department or "", bytes.fromhex(body.number), at=tx.now
    )
    disclosed = steps.after(found, said, tx.caller.person)
    if disclosed.state is not DrawState.REVEALED or announced.declaration.beacon:
        return tx.save(disclosed, *said)
    return await _finished(tx, disclosed, said, announced, key)


@command(Role.REVIEWER, Role.APPROVER, Role.BUREAU_HEAD)
async def read_beacon(tx: Tx, draw: UUID, body: ReadBeacon, key: VrfKey) -> Draw:
    """公共随机值: entered by two people, each for themselves; then the panel is drawn (R30)."""
    found, announced = await tx.get(Draw, draw), opened(await tx.get(Published, draw))
    said = steps.read_beacon(found, announced.declaration, body.value, by=tx.caller.person, at=tx.now)
    if said:
        return tx.save(steps.after(found, said, tx.caller.person), *said)
    return await _finished(tx, found, said, announced, key)


@command(Role.APPROVER, Role.BUREAU_HEAD)
async def void_draw(tx: Tx, draw: UUID, body: VoidDraw) -> Draw:
    """作废: the panel no longer stands; it stays on record for ever (R30)."""
    found = await tx.get(Draw, draw)
    voided = record.void(found, body.reason, by=tx.caller.person, at=tx.now)
    return tx.save(found.apply(voided), voided)


async def _finished(tx: Tx, draw: Draw, said: tuple[Event, ...], announced: Announcement, key: VrfKey) -> Draw:
    """The panel that an open draw's numbers fix, with its certificate."""
    earlier = [(await tx.get(Draw, draw_id(draw.purpose, number))).as_earlier() for number in range(1, draw.attempt)]
    given = steps.contributions(draw)
    drawn = rules.draw(announced.declaration, announced.pool, key, given, draw.beacon_value)
    completed = _certified(tx, draw, announced, drawn, tuple(earlier))
    return tx.save(draw.complete(completed), *said, completed)


def _certified(
    tx: Tx, draw: Draw, announced: Announcement, drawn: Drawn, earlier: tuple[EarlierAttempt, ...]
) -> DrawCompleted:
    """Keep the certificate of a draw; what is told of its panel."""
    certificate = assemble(announced.declaration, announced.pool, drawn, earlier)
    completed = record.completed(draw, drawn, announced.pool, certificate, at=tx.now)
    tx.keep(Certificate(draw_id=draw.id, text=certificate.decode(), hash=completed.certificate_hash))
    return completed


async def _draws_for(tx: Tx, purpose: str) -> list[Draw]:
    """Every attempt, each guarded: none can be voided or added while the next is decided."""
    found: list[Draw] = []
    while (draw := await tx.find(Draw, draw_id(purpose, len(found) + 1))) is not None:
        found.append(draw)
    return found


async def _snapshot(tx: Tx, pool: Pool) -> Snapshot:
    duties = {row["expert_no"]: row for row in await tx.query(duties_in(pool))}
    return snapshot(_standing(one, duties.get(one.expert_no)) for one in await experts_in(tx, pool))


def _standing(one: pools.Expert, duties: Mapping[str, Any] | None) -> Candidate:
    """An expert as the snapshot has it: what a rule can ask for, with the duties of the moment."""
    known = Candidate(one.expert_no, one.department, one.fields, one.qualifications)
    if duties is None:
        return known
    return replace(known, load=duties["duties"], last_drawn=legal_day(duties["last_drawn"]).isoformat())
