"""What must be said to take a step of a draw? The bodies of its commands."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from shenguan_chassis.http import Body
from shenguan_contracts.expert import Pool
from shenguan_contracts.types import DepartmentCode, Instant
from shenguan_kernel.lots.beacon import Beacon, BeaconKind, instant
from shenguan_kernel.lots.declaration import EarlierAttempt
from shenguan_kernel.lots.escrow import CUSTODIANS, THRESHOLD, Custodian, Custody, Escrow, SealedShare
from shenguan_kernel.lots.names import Purpose, Term
from shenguan_kernel.lots.requirement import MOST_SEATS, Ground, Minimum, PanelRule, Recusal, Trait
from shenguan_kernel.lots.rules import Intent
from shenguan_kernel.lots.vrf import VrfKey
from shenguan_kernel.working_days import legal_day

ExpertNo = Annotated[str, StringConstraints(pattern=r"^e-[0-9]{6,12}$"), Field(examples=["e-000001"])]


Hex32 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$"), Field(examples=["5a" * 32])]


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


class AskedEscrow(Body):
    """随机数托管安排."""

    custodians: tuple[DepartmentCode, ...] = Field(
        min_length=CUSTODIANS,
        max_length=CUSTODIANS,
        description="三个托管单位，须已登记托管公钥。",
        examples=[["audit", "justice", "records"]],
    )
    give_by: Instant = Field(description="托管截止时间，在承诺与公开两个截止时间之间。")
    open_by: Instant = Field(description="开启截止时间，晚于公开截止时间。")

    def custody(self, keys: tuple[Custodian, ...]) -> Custody:
        """As the declaration publishes it; raises CustodiansInsufficient."""
        return Custody(keys, give_by=instant(self.give_by), open_by=instant(self.open_by))


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
    escrow: AskedEscrow | None = Field(default=None, description="随机数托管；填写后，扣住随机数不再有选择余地。")
    snapshot: Hex32 | None = Field(default=None, description="已冻结名单快照的摘要；不填则当场冻结。")

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
        """What is to be declared under this number, escrow and snapshot apart; raises RuleInconsistent."""
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

    number: Hex32 = Field(description="随机数提供程序所存的 32 字节，十六进制。")


Proof48 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{96}$"), Field(examples=["5a" * 48])]


class Share(Body):
    """托管份额及其证明."""

    share: Hex32 = Field(description="份额，十六进制。")
    proof: Proof48 = Field(description="证明，十六进制。")

    def sealed(self) -> SealedShare:
        """The same as rules know it."""
        return SealedShare(self.share, self.proof)


class GiveEscrow(Body):
    """托管随机数."""

    commitments: tuple[Hex32, ...] = Field(
        min_length=THRESHOLD, max_length=THRESHOLD, description="两个承诺点。", examples=[["5a" * 32, "5b" * 32]]
    )
    shares: tuple[Share, ...] = Field(
        min_length=CUSTODIANS,
        max_length=CUSTODIANS,
        description="按公告中托管单位次序的三份。",
        examples=[[{"share": "5a" * 32, "proof": "5a" * 48}] * CUSTODIANS],
    )

    def escrow(self) -> Escrow:
        """The same as rules know it."""
        return Escrow(self.commitments, tuple(one.sealed() for one in self.shares))


class OpenShare(Share):
    """开启托管份额."""

    contributor: DepartmentCode = Field(description="扣住随机数的提供部门。")


class ReadBeacon(Body):
    """录入公共随机值."""

    value: str = Field(min_length=1, max_length=512, description="按抽签规范书写的公布值。", examples=["3 7 12 20"])


class VoidDraw(Body):
    """作废抽取结果."""

    reason: Term = Field(description="作废理由，将列入此后每份证书。")
