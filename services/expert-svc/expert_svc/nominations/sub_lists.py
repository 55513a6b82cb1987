"""Whom does a department name for one list, and does it stand by exactly these? (R28, R29, R30)

A sub-list is hashed over what snapshots show of its members; the department confirms that hash, by a second person or
by its registered key. So whoever is slipped in among a department's experts is in no sub-list that it confirmed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from shenguan_chassis.refusals import Refusal, SamePersonTwice, second_person
from shenguan_contracts.event import Event
from shenguan_contracts.expert import (
    Confirmation,
    Pool,
    SigningKeyRegistered,
    SubListConfirmed,
    SubListRevised,
    SubListSubmitted,
)
from shenguan_kernel.lots.encoding import Hashing, canonical, tagged
from shenguan_kernel.machines import Machine, Transition, step

from ..pools.rules import Expert
from .rules import Wanted

FORMAT: Final = "shenguan-sub-list/1"


class SubListState(StrEnum):
    """部门名单状态."""

    SUBMITTED = "submitted"
    """已报送，待本部门确认"""
    CONFIRMED = "confirmed"
    """本部门已确认"""


TRANSITIONS: Final[Machine[SubListState]] = {
    SubListSubmitted: Transition(to=SubListState.SUBMITTED),
    SubListRevised: Transition((SubListState.SUBMITTED, SubListState.CONFIRMED), SubListState.SUBMITTED),
    SubListConfirmed: Transition((SubListState.SUBMITTED,), SubListState.CONFIRMED),
}


class QuotaMissed(Refusal, status=422, rule="R28, R29", field="deviation"):
    """推荐人数不符（智囊团二至三人，勘验专家一至二人，另有规定的从其规定）：请调整人选，或在 deviation 中说明理由。"""


class AlreadySubmitted(Refusal, rule="R28, R29"):
    """贵部门已报送此名单：需要修改或补报的，请办理“修改部门名单”。"""


class OtherList(Refusal, status=422, rule="R28, R29", field="pool"):
    """所填名单与此部门名单不同（智囊团用附件二，现场勘验专家库用附件三）：请核对后重新提交。"""


class AlreadyConfirmed(Refusal, rule="R30"):
    """该部门名单已确认：无需重复办理。"""


class DigestDiffers(Refusal, rule="R30", field="digest"):
    """所确认的摘要与名单不符：名单已有变动，请重新核对后再确认。"""


class SignatureInvalid(Refusal, status=422, rule="R30", field="signature"):
    """签名与登记公钥或名单摘要不符：请用登记公钥对应的私钥，对摘要的 32 字节重新签名。"""


class KeyMissing(Refusal, rule="R30", field="signature"):
    """贵部门尚未登记签名公钥：请先登记公钥，或不填签名、由另一名有权人员确认。"""


class ConfirmedByItsSubmitter(SamePersonTwice, rule="R30"):
    """报送人不能确认自己报送的名单：请由联络负责人或主要负责人另行确认，或以部门公钥签名。"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubList:
    """部门名单: one department's members of one list, within one window."""

    id: UUID
    version: int = 0
    nomination_window_id: UUID
    department: str
    pool: Pool
    state: SubListState
    members: tuple[str, ...]
    content: str
    """Canonical JSON; its tagged hash is `digest`."""
    digest: str
    late: bool
    deviation: str | None = None
    submitted_by: str
    submitted_at: datetime
    manner: Confirmation | None = None
    public_key: str | None = None
    signature: str | None = None
    confirmed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """部门签名公钥: what a department's signatures are held against."""

    id: UUID
    version: int = 0
    department: str
    public_key: str
    registered_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """报送: what a department says of one list at one time."""

    sub_list: UUID
    window: UUID
    department: str
    pool: Pool
    quota: Wanted
    late: bool
    deviation: str | None = None

    def check(self, count: int) -> str | None:
        """The reason that stands in the record, if the number wants one. Raises QuotaMissed."""
        if self.quota.least <= count <= self.quota.most:
            return None
        if self.deviation is None:
            raise QuotaMissed(count=count, least=self.quota.least, most=self.quota.most)
        return self.deviation


def content_of(filing: Filing, members: Sequence[Expert]) -> str:
    """What is hashed: numbers, fields and qualifications, nothing personal."""
    document = {
        "format": FORMAT,
        "window": str(filing.window),
        "department": filing.department,
        "pool": str(filing.pool),
        "members": [
            {"id": one.expert_no, "fields": list(one.fields), "qualifications": list(one.qualifications)}
            for one in sorted(members, key=lambda one: one.number)
        ],
    }
    return canonical(document).decode()


def digest_of(content: str) -> str:
    """What the department confirms: T("sub-list", content) by SHA-256, hex."""
    return tagged(Hashing.SHA256, "sub-list", content.encode()).hex()


def submit(filing: Filing, members: Sequence[Expert], *, at: datetime) -> SubListSubmitted:
    """报送部门名单. Raises QuotaMissed."""
    deviation = filing.check(len(members))
    return SubListSubmitted(
        sub_list_id=filing.sub_list,
        nomination_window_id=filing.window,
        department=filing.department,
        pool=filing.pool,
        members=_numbers(members),
        digest=digest_of(content_of(filing, members)),
        late=filing.late,
        deviation=deviation,
        submitted_at=at,
    )


def first(submitted: SubListSubmitted, content: str, by: str) -> SubList:
    """The sub-list as its first filing makes it."""
    return SubList(
        id=submitted.sub_list_id,
        nomination_window_id=submitted.nomination_window_id,
        department=submitted.department,
        pool=submitted.pool,
        state=step(TRANSITIONS, None, submitted),
        members=submitted.members,
        content=content,
        digest=submitted.digest,
        late=submitted.late,
        deviation=submitted.deviation,
        submitted_by=by,
        submitted_at=submitted.submitted_at,
    )


def revise(filing: Filing, members: Sequence[Expert], *, at: datetime) -> SubListRevised:
    """修改部门名单: what was confirmed before is no longer. Raises QuotaMissed."""
    deviation = filing.check(len(members))
    return SubListRevised(
        sub_list_id=filing.sub_list,
        department=filing.department,
        members=_numbers(members),
        digest=digest_of(content_of(filing, members)),
        late=filing.late,
        deviation=deviation,
        revised_at=at,
    )


def confirm(found: SubList, digest: str, *, by: str, at: datetime) -> SubListConfirmed:
    """确认 by a second person of the department. Raises AlreadyConfirmed, DigestDiffers, ConfirmedByItsSubmitter."""
    _refuse_unless(found, digest)
    second_person(by, found.submitted_by, refusal=ConfirmedByItsSubmitter, sub_list=found.id)
    return SubListConfirmed(
        sub_list_id=found.id,
        department=found.department,
        digest=digest,
        manner=Confirmation.IDENTITY,
        confirmed_at=at,
    )


def sign(found: SubList, digest: str, signature: str, key: SigningKey | None, *, at: datetime) -> SubListConfirmed:
    """确认 with the department's key. Raises AlreadyConfirmed, DigestDiffers, KeyMissing, SignatureInvalid."""
    _refuse_unless(found, digest)
    if key is None:
        raise KeyMissing(department=found.department)
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key.public_key))
        public.verify(bytes.fromhex(signature), bytes.fromhex(digest))
    except (InvalidSignature, ValueError):
        raise SignatureInvalid(department=found.department) from None
    return SubListConfirmed(
        sub_list_id=found.id,
        department=found.department,
        digest=digest,
        manner=Confirmation.KEY,
        public_key=key.public_key,
        signature=signature,
        confirmed_at=at,
    )


def after(found: SubList, said: Event, content: str = "", by: str = "") -> SubList:
    """The sub-list as an event leaves it; a revision brings its content and who filed it, and is no late filing."""
    state = step(TRANSITIONS, found.state, said)
    match said:
        case SubListRevised():
            return replace(
                found, state=state, members=said.members, content=content, digest=said.digest, submitted_by=by,
                late=found.late, deviation=said.deviation, submitted_at=said.revised_at,
                manner=None, public_key=None, signature=None, confirmed_at=None,
            )  # fmt: skip
        case SubListConfirmed():
            return replace(
                found, state=state, manner=said.manner, public_key=said.public_key, signature=said.signature,
                confirmed_at=said.confirmed_at,
            )  # fmt: skip
        case _:
            return replace(found, state=state)


def register(key: UUID, department: str, public_key: str, *, at: datetime) -> SigningKeyRegistered:
    """登记部门签名公钥; the last one counts."""
    return SigningKeyRegistered(signing_key_id=key, department=department, public_key=public_key, registered_at=at)


def key_of(registered: SigningKeyRegistered, found: SigningKey | None) -> SigningKey:
    """The department's key as it is from now on."""
    return SigningKey(
        id=registered.signing_key_id,
        version=found.version if found else 0,
        department=registered.department,
        public_key=registered.public_key,
        registered_at=registered.registered_at,
    )


def _numbers(members: Sequence[Expert]) -> tuple[str, ...]:
    return tuple(one.expert_no for one in sorted(members, key=lambda one: one.number))


def _refuse_unless(found: SubList, digest: str) -> None:
    if found.state is SubListState.CONFIRMED:
        raise AlreadyConfirmed(sub_list=found.id)
    if digest != found.digest:
        raise DigestDiffers(sub_list=found.id)
