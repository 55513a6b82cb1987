"""What may become of an expert after the nomination? Returned, filed, suspended, reinstated, removed (R28, R29)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from shenguan_chassis.refusals import Refusal
from shenguan_contracts.event import Event
from shenguan_contracts.expert import (
    ExpertFiled,
    ExpertKeyRegistered,
    ExpertNominated,
    ExpertQualified,
    ExpertReinstated,
    ExpertRemoved,
    ExpertReturned,
    ExpertSuspended,
    Pool,
)
from shenguan_kernel.machines import step
from shenguan_kernel.working_days import legal_day

from .rules import ON_THE_LIST, TRANSITIONS, Credential, Expert, ExpertState, Nominee, QualificationMissing, said_of


class NotNominated(Refusal, rule="R28, R29"):
    """该专家不在“已推荐，待备案”状态：请查询其当前状态；已退回的，由推荐部门修改后重新报送。"""


class NotOnTheList(Refusal, rule="R28, R29"):
    """该专家不在库：请查询其当前状态，未备案的先行备案。"""


class NotSuspended(Refusal, rule="R28, R29"):
    """该专家未被暂停：无需恢复，请查询其当前状态。"""


class AlreadySuspended(Refusal, rule="R28, R29"):
    """该专家已暂停：无需重复办理。"""


class QualificationPast(Refusal, status=422, rule="R29", field="qualifications"):
    """资质已过有效期：请提供在有效期内的资质及依据。"""


def nominate(  # noqa: PLR0913 - what its window said, by name
    expert_id: UUID, expert_no: str, nominee: Nominee, window: UUID, *, late: bool, at: datetime
) -> ExpertNominated:
    """推荐 within a window; also again, after a return."""
    return ExpertNominated(
        expert_id=expert_id,
        nomination_window_id=window,
        department=nominee.department,
        nominated_at=at,
        expert_no=expert_no,
        pool=nominee.pool,
        late=late,
    )


def newly(nominated: ExpertNominated, number: int, nominee: Nominee, window: dict[str, Any]) -> Expert:
    """The expert as a first nomination makes it; `window` is what its window said: quota and quarantine."""
    return Expert(
        id=nominated.expert_id,
        number=number,
        state=step(TRANSITIONS, None, nominated),
        nomination_window_id=nominated.nomination_window_id,
        nominated_at=nominated.nominated_at,
        late=nominated.late,
        **window,
        **said_of(nominee),
    )


def again(expert: Expert, nominated: ExpertNominated, nominee: Nominee, quota: int) -> Expert:
    """The expert as the department names them anew under the same number."""
    said: dict[str, Any] = said_of(nominee)
    said["credentials"] = nominee.credentials or expert.credentials
    said["qualifications"] = said["qualifications"] or expert.qualifications
    state = step(TRANSITIONS, expert.state, nominated)
    return replace(expert, state=state, nominated_at=nominated.nominated_at, reason=None, quota=quota, **said)


def return_(expert: Expert, reason: str, *, at: datetime) -> ExpertReturned:
    """退回, with what is to be mended; raises NotNominated."""
    refuse_unless_nominated(expert)
    return ExpertReturned(expert_id=expert.id, department=expert.department, reason=reason, returned_at=at)


def refuse_unless_nominated(expert: Expert) -> None:
    """Raises NotNominated for an expert who does not wait for the bureau."""
    if expert.state is not ExpertState.NOMINATED:
        raise NotNominated(expert=expert.expert_no, state=expert.state)


def qualify(expert: Expert, credentials: tuple[Credential, ...], *, at: datetime) -> ExpertQualified:
    """登记资质: all that are held from now on; raises QualificationMissing, QualificationPast, NotOnTheList."""
    if expert.state in (ExpertState.REMOVED, ExpertState.RETURNED):
        raise NotOnTheList(expert=expert.expert_no, state=expert.state)
    if expert.pool is Pool.SURVEY and not credentials:
        raise QualificationMissing(pool=expert.pool)
    if not all(one.holds_on(legal_day(at)) for one in credentials):
        raise QualificationPast(expert=expert.expert_no)
    names = tuple(sorted({one.name for one in credentials}))
    return ExpertQualified(expert_id=expert.id, department=expert.department, qualifications=names, qualified_at=at)


def register_key(expert: Expert, public_key: str, *, at: datetime) -> ExpertKeyRegistered:
    """登记签名公钥, with which the expert declines so that anyone can check it (R30); raises NotOnTheList."""
    if expert.state in (ExpertState.REMOVED, ExpertState.RETURNED):
        raise NotOnTheList(expert=expert.expert_no, state=expert.state)
    return ExpertKeyRegistered(
        expert_id=expert.id, department=expert.department, public_key=public_key, registered_at=at
    )


def suspend(expert: Expert, reason: str, *, at: datetime) -> ExpertSuspended:
    """暂停: raises AlreadySuspended, NotOnTheList."""
    if expert.state is ExpertState.SUSPENDED:
        raise AlreadySuspended(expert=expert.expert_no)
    if expert.state is not ExpertState.FILED:
        raise NotOnTheList(expert=expert.expert_no, state=expert.state)
    return ExpertSuspended(expert_id=expert.id, department=expert.department, reason=reason, suspended_at=at)


def reinstate(expert: Expert, reason: str, *, at: datetime) -> ExpertReinstated:
    """恢复: raises NotSuspended."""
    if expert.state is not ExpertState.SUSPENDED:
        raise NotSuspended(expert=expert.expert_no, state=expert.state)
    return ExpertReinstated(expert_id=expert.id, department=expert.department, reason=reason, reinstated_at=at)


def remove(expert: Expert, reason: str, *, at: datetime) -> ExpertRemoved:
    """移出: for good; raises NotOnTheList."""
    if expert.state not in ON_THE_LIST:
        raise NotOnTheList(expert=expert.expert_no, state=expert.state)
    return ExpertRemoved(expert_id=expert.id, department=expert.department, reason=reason, removed_at=at)


def after(expert: Expert, said: Event, credentials: tuple[Credential, ...] = ()) -> Expert:
    """The expert as an event leaves it; `credentials` are those of an ExpertQualified."""
    state = step(TRANSITIONS, expert.state, said)
    match said:
        case ExpertFiled():
            return replace(expert, state=state, filed_at=said.filed_at, quarantine_until=said.quarantine_until)
        case ExpertQualified():
            return replace(expert, state=state, qualifications=said.qualifications, credentials=credentials)
        case ExpertKeyRegistered():
            return replace(expert, state=state, signing_key=said.public_key)
        case ExpertReturned() | ExpertSuspended() | ExpertReinstated() | ExpertRemoved():
            return replace(expert, state=state, reason=said.reason)
        case _:
            return replace(expert, state=state)


def why_excluded(expert: Expert, day: date) -> str | None:
    """The reason code for which an expert of the list is in no draw of this day; None: may be drawn.

    `suspended`, `quarantine`, or `qualification_expired`: a surveyor none of whose qualifications holds (R29).
    """
    if expert.state is ExpertState.SUSPENDED:
        return "suspended"
    if expert.quarantine_until is not None and day < expert.quarantine_until:
        return "quarantine"
    if expert.pool is Pool.SURVEY and not expert.held_on(day):
        return "qualification_expired"
    return None
