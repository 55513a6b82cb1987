"""What may be done about nominations? The bureau opens a window; departments file, mend and confirm their sub-lists."""

from __future__ import annotations

from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import Field, StringConstraints

from shenguan_chassis.deciding import command
from shenguan_chassis.http import Body
from shenguan_chassis.http.handing_out import HandOut
from shenguan_chassis.tx import Tx
from shenguan_contracts.expert import Pool
from shenguan_contracts.types import DepartmentCode, LegalDay, Name
from shenguan_kernel.roles import Role

from ..annexes import lines as said
from ..annexes.lines import Line
from ..pools.commands import (
    UNMASKERS,
    PublicKey,
    Terms,
    expert_numbered,
    nominate_again,
    nominate_expert,
)
from ..pools.rules import Expert, ExpertState
from . import nominees, rules, sub_lists
from .bodies import Filed
from .rules import NominationWindow, Plan, Quotas, Wanted
from .store import lists_for, nominating, signing_key_id, sub_list_id
from .sub_lists import Filing, SigningKey, SubList

FILERS: Final = (Role.LIAISON_OFFICER, Role.LIAISON_LEAD, Role.PRINCIPAL_HEAD)
"""Who files for a department."""

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$"), Field(examples=["5a" * 32])]
Signature = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{128}$"), Field(examples=["5a" * 64])]


class HowMany(Body):
    """推荐人数."""

    least: int = Field(ge=0, le=100, description="至少。", examples=[2])
    most: int = Field(ge=1, le=100, description="至多。", examples=[3])

    def wanted(self) -> Wanted:
        """The same as rules know it."""
        return Wanted(least=self.least, most=self.most)


class OpenWindow(Body):
    """开放推荐."""

    title: Name = Field(description="名称。", examples=["2026 年度专家推荐"])
    departments: tuple[DepartmentCode, ...] = Field(min_length=1, max_length=200, description="应推荐部门。")
    closes_on: LegalDay = Field(description="截止日；当日 15:00（北京时间）截止。", examples=["2026-04-15"])
    think_tank: HowMany | None = Field(default=None, description="智囊团推荐人数；不填为二至三人。")
    survey: HowMany | None = Field(default=None, description="现场勘验专家库推荐人数；不填为一至二人。")
    quarantine_days: int = Field(default=0, ge=0, le=3650, description="新入库专家观察期天数，期内不参加抽取。")

    def plan(self) -> Plan:
        """The same as rules know it."""
        think_tank = self.think_tank.wanted() if self.think_tank else rules.USUAL[Pool.THINK_TANK]
        survey = self.survey.wanted() if self.survey else rules.USUAL[Pool.SURVEY]
        return Plan(
            title=self.title,
            departments=self.departments,
            closes_on=self.closes_on,
            quotas=Quotas(think_tank=think_tank, survey=survey),
            quarantine_days=self.quarantine_days,
        )


class Confirm(Body):
    """确认部门名单."""

    digest: Digest = Field(description="所确认的名单摘要。")
    signature: Signature | None = Field(
        default=None, description="以部门登记公钥对应的私钥对摘要 32 字节的 Ed25519 签名；不填则由第二人确认。"
    )


class RegisterSigningKey(Body):
    """登记部门签名公钥."""

    public_key: PublicKey = Field(description="Ed25519 公钥，十六进制。")


@command(Role.REVIEWER, Role.BUREAU_HEAD)
async def open_window(tx: Tx, body: OpenWindow) -> NominationWindow:
    """开放推荐 until 15:00 of a day (R28, R29, R34)."""
    plan = body.plan()
    opened = rules.open_window(tx.new_id(), plan, at=tx.now)
    return tx.add(NominationWindow.first(opened, plan), opened)


@command(Role.REVIEWER, Role.BUREAU_HEAD)
async def close_window(tx: Tx, window: UUID) -> NominationWindow:
    """推荐收结: nothing more is taken; who named nobody is named (R34)."""
    found = await tx.get(NominationWindow, window)
    closed = rules.close_window(found, [row["department"] for row in await tx.query(nominating(window))], at=tx.now)
    return tx.save(found.apply(closed), closed)


@command(*FILERS)
async def submit_sub_list(tx: Tx, window: UUID, filed: Filed) -> SubList:
    """报送部门名单: everyone under the next number; a late one is flagged (R28, R29, R34)."""
    filing, terms = await _filing(tx, window, filed)
    if await tx.find(SubList, filing.sub_list) is not None:
        raise sub_lists.AlreadySubmitted(sub_list=filing.sub_list)
    said.refuse([*said.doubled(filed.lines)])
    filing.check(len(filed.lines))
    members = [await nominate_expert(tx, line.nominee, terms) for line in filed.lines]
    submitted = sub_lists.submit(filing, members, at=tx.now)
    return tx.add(sub_lists.first(submitted, sub_lists.content_of(filing, members), tx.caller.person), submitted)


@command(*FILERS)
async def revise_sub_list(tx: Tx, sub_list: UUID, filed: Filed) -> SubList:
    """修改部门名单: who was returned is mended or drops out, who is new is nominated; the rest stays (R28, R29)."""
    found = await tx.get(SubList, sub_list)
    if filed.pool is not found.pool:
        raise sub_lists.OtherList(pool=found.pool)
    filing, terms = await _filing(tx, found.nomination_window_id, filed)
    said.refuse([*said.doubled(filed.lines)])
    before = [await expert_numbered(tx, number) for number in found.members]
    named = {one.number: one for line in filed.lines for one in [await _named(tx, before, line, terms)]}
    kept = {one.number: one for one in nominees.standing(before)}
    members = [*(kept | named).values()]
    revised = sub_lists.revise(filing, members, at=tx.now)
    content = sub_lists.content_of(filing, members)
    return tx.save(sub_lists.after(found, revised, content, tx.caller.person), revised)


@command(Role.LIAISON_LEAD, Role.PRINCIPAL_HEAD)
async def confirm_sub_list(tx: Tx, sub_list: UUID, body: Confirm) -> SubList:
    """确认部门名单: by another person than who filed it, or with the department's key (R30)."""
    found = await tx.get(SubList, sub_list)
    if body.signature is None:
        confirmed = sub_lists.confirm(found, body.digest, by=tx.caller.person, at=tx.now)
    else:
        key = await tx.find(SigningKey, signing_key_id(found.department))
        confirmed = sub_lists.sign(found, body.digest, body.signature, key, at=tx.now)
    return tx.save(sub_lists.after(found, confirmed), confirmed)


@command(Role.PRINCIPAL_HEAD, Role.LIAISON_LEAD)
async def register_signing_key(tx: Tx, department: str, body: RegisterSigningKey) -> SigningKey:
    """登记部门签名公钥: the department's own; the last one counts (R30)."""
    key = signing_key_id(department)
    found = await tx.find(SigningKey, key)
    registered = sub_lists.register(key, department, body.public_key, at=tx.now)
    made = sub_lists.key_of(registered, found)
    return tx.save(made, registered) if found else tx.add(made, registered)


@command(*UNMASKERS)
async def hand_out_annex(
    tx: Tx,
    sub_list: UUID,
    body: HandOut,  # noqa: ARG001 - the door reads the purpose
) -> tuple[SubList, list[Expert]]:
    """导出附件: a sub-list with everything in clear, for a stated purpose and on record (PIPL art. 51, 54)."""
    found = await tx.get(SubList, sub_list)
    members = [await expert_numbered(tx, number) for number in found.members]
    return found, nominees.standing(members)


async def sub_lists_for(tx: Tx, pool: Pool) -> list[Any]:
    """Every department's sub-list for a list, as its row lies: for a snapshot."""
    return list(await tx.query(lists_for(pool)))


async def _filing(tx: Tx, window: UUID, filed: Filed) -> tuple[Filing, Terms]:
    """What the caller's department files within a window, and on which terms; raises NotAsked, WindowClosed."""
    found, department = await tx.get(NominationWindow, window), tx.caller.department or ""
    late = rules.is_late(found, department, at=tx.now)
    quota = found.quotas.of(filed.pool)
    filing = Filing(
        sub_list=sub_list_id(window, department, filed.pool),
        window=window,
        department=department,
        pool=filed.pool,
        quota=quota,
        late=late,
        deviation=filed.deviation,
    )
    allowed = quota.most if filed.deviation is None else rules.MOST_WITH_REASON
    return filing, Terms(window, allowed, found.quarantine_days, late)


async def _named(tx: Tx, before: list[Expert], line: Line, terms: Terms) -> Expert:
    """Who a line of a revision stands for: somebody known, mended where the bureau has not filed them yet, or new."""
    known = nominees.known_as(before, line.nominee)
    if known is None:
        return await nominate_expert(tx, line.nominee, terms)
    if known.state in (ExpertState.NOMINATED, ExpertState.RETURNED):
        return await nominate_again(tx, known, line.nominee, terms)
    return known
