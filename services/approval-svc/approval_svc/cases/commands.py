"""What may be done with a case? The window submits it, a reviewer accepts it, another person grants it."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from shenguan_chassis.deciding import command
from shenguan_chassis.http import Body
from shenguan_chassis.http.unmasking import Unmask
from shenguan_chassis.tx import Tx
from shenguan_contracts.types import Channel, Name
from shenguan_kernel.identifiers.item_code import ItemCode
from shenguan_kernel.identifiers.uscc import Uscc
from shenguan_kernel.personal import Mobile, PersonName, ResidentId
from shenguan_kernel.receipt import ReceivedAt
from shenguan_kernel.roles import Role

from ..items.commands import listed_item
from ..items.rules import Item
from ..licenses.commands import issue_license
from ..licenses.rules import Grant
from . import rules
from .rules import Agent, Application, Case, ExaminationLimit, Listing


class Applicant(Body):
    """申请人: an organisation with a unified social credit code."""

    name: Name = Field(description="单位名称")
    uscc: Uscc = Field(description="统一社会信用代码")


class AgentGiven(Body):
    """经办人: who is told how the case goes; sealed, shown masked."""

    name: PersonName = Field(description="姓名", examples=["示例甲"])
    mobile: Mobile = Field(description="手机号码", examples=["13900000000"])
    resident_id: ResidentId | None = Field(
        default=None, description="公民身份号码；核验身份需要时填写", examples=["370302188808080008"]
    )


class SubmitCase(Body):
    """申请."""

    item_code: ItemCode = Field(description="事项编码")
    channel: Channel = Field(description="申请渠道 (R15)")
    applicant: Applicant = Field(description="申请人")
    agent: AgentGiven | None = Field(default=None, description="经办人；加密保存")
    received_at: ReceivedAt | None = Field(default=None, description="收件时间；不填即为现在")


@command(Role.WINDOW_CLERK, Role.MACHINE_CLIENT)
async def submit_case(tx: Tx, body: SubmitCase) -> Case:
    """申请: an application on a listed item; any other leaves its trace and nothing else (R8, R13)."""
    item = await listed_item(tx, body.item_code)
    if item is None:
        raise rules.refuse_unlisted(tx.new_id(), body.item_code, by=tx.caller.person, at=tx.now)
    listing, application = _listing(item), _application(body)
    submitted = rules.submit(tx.new_id(), listing, application, at=tx.now)
    return tx.add(Case.first(submitted, listing, application), submitted)


@command(Role.REVIEWER)
async def accept_case(tx: Tx, case_id: UUID) -> Case:
    """受理, or state that silence has accepted already (ALL art. 32)."""
    case = await tx.get(Case, case_id)
    accepted = rules.accept(case, await tx.find(ExaminationLimit, case_id), at=tx.now)
    return tx.save(case.apply(accepted, by=tx.caller.person), accepted)


@command(Role.APPROVER)
async def grant_case(tx: Tx, case_id: UUID) -> Case:
    """准予许可: the decision and the licence commit together or not at all (ALL art. 38, R19)."""
    case = await tx.get(Case, case_id)
    granted = rules.grant(case, license_id=tx.new_id(), by=tx.caller.person, at=tx.now)
    issue_license(tx, _grant(case, await tx.get(Item, case.item_id), granted.license_id))
    return tx.save(case.apply(granted), granted)


@command(Role.WINDOW_CLERK, Role.REVIEWER, Role.APPROVER, Role.BUREAU_HEAD)
async def unmask_case(tx: Tx, case_id: UUID, body: Unmask) -> Case:  # noqa: ARG001 - the door reads the field
    """Read out who brought a case in for a stated purpose; each reading is on record (PIPL art. 51, 54)."""
    return await tx.get(Case, case_id)


def _listing(item: Item) -> Listing:
    return Listing(
        item_id=item.id,
        item_code=item.item_code,
        departments=item.departments,
        standard_no=item.standard_no,
        promised_days=item.standard.promised_days,
        statutory_days=item.standard.statutory_days,
    )


def _application(body: SubmitCase) -> Application:
    return Application(
        channel=body.channel,
        holder_name=body.applicant.name,
        holder_uscc=body.applicant.uscc,
        agent=None if body.agent is None else Agent(**dict(body.agent)),
        received_at=body.received_at,
    )


def _grant(case: Case, item: Item, license_id: UUID) -> Grant:
    """Who watches is what the list says today; what was asked for is what the case says."""
    return Grant(
        license_id=license_id,
        case_id=case.id,
        item_id=item.id,
        item_code=item.item_code,
        item_name=item.name,
        departments=item.departments,
        claim_rule=item.claim_rule,
        holder_name=case.holder_name,
        holder_uscc=case.holder_uscc,
    )
