"""What may be done to the lists of experts? The bureau files whom a department nominates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated, Final
from uuid import UUID

from pydantic import Field, StringConstraints

from shenguan_chassis.deciding import command
from shenguan_chassis.http import Body
from shenguan_chassis.http.unmasking import Unmask
from shenguan_chassis.tx import Tx
from shenguan_contracts.event import Event
from shenguan_contracts.expert import Pool
from shenguan_contracts.types import DepartmentCode, LegalDay, Text
from shenguan_kernel.lots.names import Term
from shenguan_kernel.personal import Mobile, OfficePhone, PersonName, ResidentId
from shenguan_kernel.roles import Role
from shenguan_kernel.working_days import legal_day

from . import lifecycle, rules
from .rules import AlreadyFiled, Credential, Expert, Nominee
from .store import (
    Numbering,
    Seated,
    Sought,
    duties_in,
    expert_id,
    expert_of,
    filed_by,
    how_many_are,
    in_pool,
)

UNMASKERS: Final = (
    Role.REVIEWER, Role.BUREAU_HEAD, Role.LIAISON_LEAD, Role.LIAISON_OFFICER, Role.PRINCIPAL_HEAD,
)  # fmt: skip
"""Who may learn who an expert is."""
_NOUN: Final = "expert"

PublicKey = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$"), Field(examples=["5a" * 32])]
"""An Ed25519 public key, hex."""


class FileExpert(Body):
    """专家备案."""

    pool: Pool = Field(description="名单：智囊团或现场勘验专家库。")
    department: DepartmentCode = Field(description="推荐部门。")
    fields: tuple[Term, ...] = Field(description="从事领域。", min_length=1, max_length=20)
    qualifications: tuple[Term, ...] = Field(default=(), description="资质；现场勘验专家必填。", max_length=20)
    name: PersonName | None = Field(default=None, description="姓名；加密保存，名单中只见编号。", examples=["示例甲"])
    office_phone: OfficePhone | None = Field(default=None, description="办公电话。", examples=["0533-5180000"])
    mobile: Mobile | None = Field(default=None, description="手机号码。", examples=["13900000000"])
    resident_id: ResidentId | None = Field(
        default=None, description="公民身份号码；仅用于识别同一人。", examples=["370302188808080008"]
    )

    def nominee(self) -> Nominee:
        """Who is to be filed."""
        said = {name: value for name, value in self if name != "qualifications"}
        return Nominee(**said, credentials=tuple(Credential(name=name) for name in self.qualifications))


class CredentialGiven(Body):
    """资质及其依据."""

    name: Term = Field(description="资质名称。", examples=["一级注册消防工程师"])
    evidence: Text | None = Field(default=None, description="依据，如证书文号、附件编号；不写个人号码。")
    until: LegalDay | None = Field(
        default=None, description="有效期至，当日仍有效；不填为长期。", examples=["2027-12-31"]
    )

    def credential(self) -> Credential:
        """The same as rules know it."""
        return Credential(name=self.name, evidence=self.evidence, until=self.until)


class Reasoned(Body):
    """说明理由."""

    reason: Text = Field(description="理由；随事件告知推荐部门。", examples=["请补充资质依据后重新报送"])


class Qualify(Body):
    """登记资质."""

    qualifications: tuple[CredentialGiven, ...] = Field(max_length=20, description="自此持有的全部资质。")


class RegisterKey(Body):
    """登记签名公钥."""

    public_key: PublicKey = Field(description="Ed25519 公钥，十六进制。")


@command(Role.REVIEWER)
async def file_expert(tx: Tx, body: FileExpert) -> Expert:
    """Put a department's nominee on a list under the next number (R28, R29, R30)."""
    number = await next_number(tx)
    colleagues = (await tx.query(filed_by(body.pool, body.department)))[0]["experts"]
    nominee = body.nominee()
    sought = Sought(body.mobile, body.resident_id)
    same_person = (await tx.query(how_many_are(sought, body.pool, tx.keys)))[0]["experts"]
    filed = rules.file(expert_id(number), number, nominee, AlreadyFiled(colleagues, same_person), at=tx.now)
    return tx.add(Expert.first(number, filed, nominee), filed)


@command(Role.REVIEWER)
async def file_nominated(tx: Tx, expert_id: UUID) -> Expert:
    """备案: a nominated expert is on the list from now on (R28, R29)."""
    found = await tx.get(Expert, expert_id)
    lifecycle.refuse_unless_nominated(found)
    colleagues = (await tx.query(filed_by(found.pool, found.department)))[0]["experts"]
    others = how_many_are(Sought(found.mobile, found.resident_id), found.pool, tx.keys, besides=found.number)
    filed = rules.admit(found, AlreadyFiled(colleagues, (await tx.query(others))[0]["experts"]), at=tx.now)
    return tx.save(lifecycle.after(found, filed), filed)


@command(Role.REVIEWER)
async def return_nominee(tx: Tx, expert_id: UUID, body: Reasoned) -> Expert:
    """退回, with what the department is to mend (R28, R29)."""
    return await _decided(tx, expert_id, lifecycle.return_, body)


@command(Role.REVIEWER, Role.BUREAU_HEAD)
async def suspend_expert(tx: Tx, expert_id: UUID, body: Reasoned) -> Expert:
    """暂停: on the list, and in no draw (R28, R29)."""
    return await _decided(tx, expert_id, lifecycle.suspend, body)


@command(Role.REVIEWER, Role.BUREAU_HEAD)
async def reinstate_expert(tx: Tx, expert_id: UUID, body: Reasoned) -> Expert:
    """恢复: may be drawn again (R28, R29)."""
    return await _decided(tx, expert_id, lifecycle.reinstate, body)


@command(Role.REVIEWER, Role.BUREAU_HEAD)
async def remove_expert(tx: Tx, expert_id: UUID, body: Reasoned) -> Expert:
    """移出: off the list for good; the number stays taken (R28, R29)."""
    return await _decided(tx, expert_id, lifecycle.remove, body)


@command(Role.REVIEWER)
async def qualify_expert(tx: Tx, expert_id: UUID, body: Qualify) -> Expert:
    """登记资质 on the evidence that the bureau has seen (R29)."""
    found = await tx.get(Expert, expert_id)
    credentials = tuple(one.credential() for one in body.qualifications)
    qualified = lifecycle.qualify(found, credentials, at=tx.now)
    return tx.save(lifecycle.after(found, qualified, credentials), qualified)


@command(Role.REVIEWER, Role.LIAISON_LEAD, Role.LIAISON_OFFICER)
async def register_expert_key(tx: Tx, expert_id: UUID, body: RegisterKey) -> Expert:
    """登记专家签名公钥, with which a decline is signed (R30)."""
    found = await tx.get(Expert, expert_id)
    registered = lifecycle.register_key(found, body.public_key, at=tx.now)
    return tx.save(lifecycle.after(found, registered), registered)


@command(*UNMASKERS)
async def unmask_expert(tx: Tx, expert_id: UUID, body: Unmask) -> Expert:  # noqa: ARG001 - the door reads the field
    """Read out who an expert is for a stated purpose; each reading is on record (PIPL art. 51, 54)."""
    return await tx.get(Expert, expert_id)


async def _decided(tx: Tx, expert_id: UUID, rule: Callable[..., Event], body: Reasoned) -> Expert:
    found = await tx.get(Expert, expert_id)
    said = rule(found, body.reason, at=tx.now)
    return tx.save(lifecycle.after(found, said), said)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a window says of all who are named within it."""

    window: UUID
    quota: int
    quarantine_days: int
    late: bool


async def nominate_expert(tx: Tx, nominee: Nominee, terms: Terms) -> Expert:
    """推荐 somebody new, under the next number (R28, R29)."""
    number = await next_number(tx)
    key = expert_id(number)
    said = lifecycle.nominate(key, rules.expert_no(number), nominee, terms.window, late=terms.late, at=tx.now)
    window = {"quota": terms.quota, "quarantine_days": terms.quarantine_days}
    return tx.add(lifecycle.newly(said, number, nominee, window), said)


async def nominate_again(tx: Tx, expert: Expert, nominee: Nominee, terms: Terms) -> Expert:
    """推荐 the same number anew, as the department mended it (R28, R29)."""
    said = lifecycle.nominate(expert.id, expert.expert_no, nominee, terms.window, late=terms.late, at=tx.now)
    return tx.save(lifecycle.again(expert, said, nominee, terms.quota), said)


async def expert_numbered(tx: Tx, number: str) -> Expert:
    """The expert with a number such as `e-000007`; raises NotFound."""
    return await tx.get(Expert, expert_id(rules.number_of(number)))


async def next_number(tx: Tx) -> int:
    """The next number, which this tx takes: rows are never deleted, and nobody chooses."""
    given = await tx.find(Numbering, _NOUN)
    number = (given.last if given else 0) + 1
    while await tx.taken(Expert, expert_id(number)):
        number += 1
    tx.keep(Numbering(noun=_NOUN, last=number))
    return number


async def experts_in(tx: Tx, pool: Pool) -> list[Expert]:
    """Everyone on a list now, for a snapshot."""
    return [expert_of(row, tx.keys) for row in await tx.query(in_pool(pool))]


async def duties_of(tx: Tx, pool: Pool) -> dict[str, tuple[int, date]]:
    """By number: how many panels each expert of a list carries, and the legal day on which the last was drawn."""
    return {row["expert_no"]: (row["duties"], row["last_drawn"]) for row in await tx.query(duties_in(pool))}


def seat_panel(tx: Tx, draw: UUID, pool: Pool, panel: tuple[str, ...], drawn_at: datetime) -> None:
    """The panel that a draw has now: its members carry it until it is released."""
    for expert in panel:
        tx.keep(Seated(draw_id=draw, expert_no=expert, pool=pool, drawn_on=legal_day(drawn_at)))


async def release_panel(tx: Tx, draw: UUID, panel: tuple[str, ...]) -> None:
    """A panel's work is done: it is no load any more, and its members still rest as long as a rule says."""
    for expert in panel:
        tx.keep(replace(await tx.get(Seated, draw, expert), carried=False))


def unseat(tx: Tx, draw: UUID, pool: Pool, members: tuple[str, ...]) -> None:
    """Members of a panel that was voided, or whose seat went to another: as if they had not been drawn."""
    for expert in members:
        tx.keep(Seated(draw_id=draw, expert_no=expert, pool=pool, drawn_on=None, carried=False))
