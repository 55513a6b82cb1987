"""Which duties does the law set a clock for? One row each; a new legal deadline is a new row, not new code.

How a row is read: *the event* `opened_by` starts the clock at the instant in its field `since`; *the bearer* has
`limit` to do it; `met_by` says which event is the doing, and counts by the time at which that event was said, never by
a date it carries: acts may be backdated by law, lateness may not. From the due instant on, `ladder` says who is told.
"""

from __future__ import annotations

from typing import Final

from shenguan_contracts.approval import (
    ApprovalIssued,
    CaseAccepted,
    CaseGranted,
    CaseSubmitted,
    LicenseDeregistered,
    LicensePenaltyRevoked,
    PenaltyFiled,
)
from shenguan_contracts.documents import PolicyDocForwarded, PolicyDocReceived
from shenguan_contracts.duties import Duty
from shenguan_contracts.event import Event
from shenguan_contracts.supervision import ApprovalClaimed, PenaltyLicenseRevoked
from shenguan_contracts.types import BUREAU, ClaimRule, Post

from .words import (
    Answer,
    Demand,
    DutyRow,
    Meeting,
    NamedIn,
    Office,
    Promptly,
    Rung,
    WorkingDays,
    WorkingDaysFrom,
)

TO_THE_TOP: Final = (
    Rung(Post.LIAISON_OFFICER, 0),
    Rung(Post.LIAISON_LEAD, 0),
    Rung(Post.PRINCIPAL_HEAD, 1),
    Rung(Post.OVERSEER, 2),
)
"""逐级提醒: officer and lead when it is overdue, the principal head one working day later, the overseer after two.

The notice sets no days for the ladder; it ends at the first in command and the staffing office (R10, R35).
"""

DUTIES: Final[tuple[DutyRow, ...]] = (
    DutyRow(
        duty=Duty.FORWARD_DOCUMENT,
        title="抄告上级文件",
        opened_by=PolicyDocReceived,
        since="received_at",
        bearer=NamedIn("department"),
        owed_to=NamedIn("recipients"),
        limit=WorkingDays(1),
        source="审管衔接通知：自收到上级文件之日起1个工作日内抄告（R17、R18）",
        met_by=(Meeting(PolicyDocForwarded, about="policy_document_id", party=NamedIn("recipient")),),
        ladder=TO_THE_TOP,
        consequence="逾期记录在案并逐级督办；补办抄告后记为逾期履行",
    ),
    # A deemed acceptance is the law's act in the bureau's stead. Its `accepted_at` is backdated, but it is said after
    # the due instant, so it ends the duty as met late: nothing is left to do, and the lateness stays on record.
    DutyRow(
        duty=Duty.EXAMINE_APPLICATION,
        title="审查申请材料，决定是否受理",
        opened_by=CaseSubmitted,
        since="received_at",
        bearer=Office(BUREAU),
        limit=WorkingDays(5),
        source="行政许可法第三十二条",
        met_by=(Meeting(CaseAccepted, about="case_id", party=Office(BUREAU)),),
        ladder=TO_THE_TOP,
        consequence="逾期不告知的，自收到申请材料之日起即为受理",
    ),
    DutyRow(
        duty=Duty.DECIDE_CASE,
        title="作出行政许可决定",
        opened_by=CaseAccepted,
        since="accepted_at",
        bearer=Office(BUREAU),
        limit=WorkingDaysFrom("promised_days"),
        source="该事项的承诺时限（R14；行政许可法第四十二条）",
        met_by=(Meeting(CaseGranted, about="case_id", party=Office(BUREAU)),),
        ladder=TO_THE_TOP,
        consequence="超过承诺时限记录在案并逐级督办；法定时限另计",
    ),
    DutyRow(
        duty=Duty.CLAIM_APPROVAL,
        title="认领推送的许可信息",
        opened_by=ApprovalIssued,
        only_where=("claim_rule", ClaimRule.ACKNOWLEDGE),
        since="issued_at",
        bearer=NamedIn("departments"),
        limit=WorkingDays(2),
        source="推送后2个工作日内认领（R19；推送即认领的事项除外）",
        met_by=(Meeting(ApprovalClaimed, about="license_id", party=NamedIn("department")),),
        ladder=TO_THE_TOP,
        consequence="监管责任自推送时起已经产生；逾期未认领逐级督办",
    ),
    DutyRow(
        duty=Duty.FILE_PENALTY,
        title="留存备案吊销决定",
        opened_by=PenaltyLicenseRevoked,
        since="informed_at",
        bearer=Office(BUREAU),
        limit=Promptly(days=1, at_most=7),
        source="审管衔接通知：函告后留存备案，及时（R27）；未定日数，由运行单位设定，不超过公示期限7个工作日",
        met_by=(Meeting(PenaltyFiled, about="penalty_id", party=Office(BUREAU)),),
        ladder=TO_THE_TOP,
        consequence="备案不影响吊销决定的效力；逾期逐级督办",
    ),
    DutyRow(
        duty=Duty.DEREGISTER_LICENSE,
        title="办理注销手续",
        opened_by=LicensePenaltyRevoked,
        since="revoked_at",
        bearer=Office(BUREAU),
        limit=Promptly(days=5, at_most=20),
        source="行政许可法第七十条第四项；未定日数，由运行单位设定，不超过20个工作日",
        met_by=(Meeting(LicenseDeregistered, about="license_id", party=Office(BUREAU)),),
        ladder=TO_THE_TOP,
        consequence="许可被吊销后应当注销；逾期逐级督办",
    ),
)
"""职责清单: every duty of `contracts`, once."""

_BY_CODE: Final = {row.duty: row for row in DUTIES}


def row_of(duty: Duty) -> DutyRow:
    """The row of a duty."""
    return _BY_CODE[duty]


def heard_events() -> tuple[type[Event], ...]:
    """Every event that opens or meets a duty: what this service must hear."""
    opening = [row.opened_by for row in DUTIES]
    meeting = [meeting.event for row in DUTIES for meeting in row.met_by]
    return tuple(dict.fromkeys([*opening, *meeting]))


def demands_of(event: Event) -> tuple[Demand, ...]:
    """The clocks that an event starts."""
    return tuple(demand for row in DUTIES for demand in row.demands(event))


def answers_of(event: Event) -> tuple[Answer, ...]:
    """The obligations that an event meets."""
    return tuple(answer for row in DUTIES for answer in row.answers(event))
