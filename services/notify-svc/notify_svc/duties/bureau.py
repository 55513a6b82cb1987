"""Which clocks does a licence's procedure set for the bureau? The limits of 行政许可法, art. 32 to 55."""

from __future__ import annotations

from typing import Final

from shenguan_contracts.approval import (
    ApprovalIssued,
    CaseAccepted,
    CaseClosed,
    CaseCorrected,
    CaseCorrectionRequested,
    CaseExtended,
    CaseGranted,
    CaseRefused,
    CaseResumed,
    CaseSubmitted,
    CaseSuspended,
    DecisionPublished,
    HearingHeld,
    HearingNoticed,
    HearingRequested,
    HearingScheduled,
    LicenseDelivered,
    LicenseDeregistered,
    LicenseRenewalRefused,
    LicenseRenewalRequested,
    LicenseRenewed,
    SurveyCalled,
)
from shenguan_contracts.duties import Duty
from shenguan_contracts.types import BUREAU, CaseOutcome

from .ladders import TO_THE_TOP
from .limits import ClearDaysBefore, EndOfDay, Limit, WorkingDays, WorkingDaysFrom
from .places import About, Office, OneOf
from .words import DutyRow

_BUREAU: Final = Office(BUREAU)
_SAID_NO: Final = OneOf("outcome", (CaseOutcome.NOT_REQUIRED, CaseOutcome.NOT_COMPETENT))
_CASE_GONE: Final = (About(CaseClosed, about="case_id", party=_BUREAU),)
_EXAMINED: Final = (
    About(CaseAccepted, about="case_id", party=_BUREAU),
    About(CaseClosed, about="case_id", party=_BUREAU, only_where=_SAID_NO),
)


def _decision(duty: Duty, title: str, limit: Limit, source: str, consequence: str) -> DutyRow:
    """The promised and the statutory limit run side by side, and stop, go on and end by the same acts."""
    return DutyRow(
        duty=duty,
        title=title,
        opened_by=CaseAccepted,
        since="accepted_at",
        bearer=_BUREAU,
        limit=limit,
        source=source,
        met_by=(
            About(CaseGranted, about="case_id", party=_BUREAU),
            About(CaseRefused, about="case_id", party=_BUREAU),
        ),
        suspended_by=(About(CaseSuspended, about="case_id", party=_BUREAU, at="suspended_at", ground="procedure"),),
        resumed_by=(About(CaseResumed, about="case_id", party=_BUREAU, at="resumed_at"),),
        extended_by=(About(CaseExtended, about="case_id", party=_BUREAU, days="days"),),
        cancelled_by=_CASE_GONE,
        reminders=(1,),
        ladder=TO_THE_TOP,
        consequence=consequence,
    )


BUREAU_DUTIES: Final = (
    # A deemed acceptance is the law's act in the bureau's stead. Its `accepted_at` is backdated, but it is said after
    # the due instant, so it ends the duty as met late: nothing is left to do, and the lateness stays on record.
    DutyRow(
        duty=Duty.EXAMINE_APPLICATION,
        title="审查申请材料，决定是否受理",
        opened_by=CaseSubmitted,
        since="received_at",
        bearer=_BUREAU,
        limit=WorkingDays(5),
        source="行政许可法第三十二条",
        met_by=(*_EXAMINED, About(CaseCorrectionRequested, about="case_id", party=_BUREAU)),
        cancelled_by=_CASE_GONE,
        ladder=TO_THE_TOP,
        deems=True,
        consequence="逾期不告知的，自收到申请材料之日起即为受理",
    ),
    DutyRow(
        duty=Duty.EXAMINE_CORRECTION,
        title="审查补正材料，决定是否受理",
        opened_by=CaseCorrected,
        since="received_at",
        bearer=_BUREAU,
        limit=WorkingDays(5),
        source="行政许可法第三十二条：补正须一次告知，补齐后应当受理",
        met_by=_EXAMINED,
        cancelled_by=_CASE_GONE,
        ladder=TO_THE_TOP,
        deems=True,
        consequence="逾期不告知的，自收到全部补正材料之日起即为受理",
    ),
    _decision(
        Duty.DECIDE_CASE,
        "作出行政许可决定",
        WorkingDaysFrom("promised_days"),
        "该事项的承诺时限（R14；行政许可法第四十二条）",
        "超过承诺时限记录在案并逐级督办；法定时限另计",
    ),
    _decision(
        Duty.DECIDE_BY_LAW,
        "在法定期限内作出行政许可决定",
        WorkingDaysFrom("statutory_days"),
        "行政许可法第四十二条、第四十三条：一般20日，联合办理45日，下级初审20日；特别法另有规定的从其规定",
        "超过法定期限违法；申请人可以申请行政复议或者提起行政诉讼",
    ),
    DutyRow(
        duty=Duty.ASSIGN_INSPECTORS,
        title="指派两名以上人员技术检验",
        opened_by=CaseAccepted,
        only_where=OneOf("technical_inspection", (True,)),
        since="accepted_at",
        bearer=_BUREAU,
        limit=WorkingDays(5),
        source="行政许可法第五十五条",
        met_by=(About(SurveyCalled, about="case_id", party=_BUREAU),),
        cancelled_by=_CASE_GONE,
        dormant=True,
        ladder=TO_THE_TOP,
        consequence="逾期逐级督办",
    ),
    DutyRow(
        duty=Duty.DELIVER_LICENSE,
        title="颁发、送达许可证件",
        opened_by=ApprovalIssued,
        since="issued_at",
        bearer=_BUREAU,
        limit=WorkingDays(10),
        source="行政许可法第四十四条",
        met_by=(About(LicenseDelivered, about="license_id", party=_BUREAU),),
        cancelled_by=(About(LicenseDeregistered, about="license_id", party=_BUREAU),),
        reminders=(1,),
        dormant=True,
        ladder=TO_THE_TOP,
        consequence="逾期逐级督办",
    ),
    DutyRow(
        duty=Duty.PUBLISH_DECISION,
        title="公示行政许可决定",
        opened_by=CaseGranted,
        since="granted_at",
        bearer=_BUREAU,
        limit=WorkingDays(7),
        source="行政许可和行政处罚信息双公示：自决定之日起7个工作日内；行政许可法第四十条",
        met_by=(About(DecisionPublished, about="case_id", party=_BUREAU),),
        reminders=(1,),
        dormant=True,
        ladder=TO_THE_TOP,
        consequence="逾期逐级督办",
    ),
    DutyRow(
        duty=Duty.DECIDE_RENEWAL,
        title="决定是否准予延续",
        opened_by=LicenseRenewalRequested,
        since="requested_at",
        bearer=_BUREAU,
        each="valid_until",
        limit=EndOfDay("valid_until"),
        source="行政许可法第五十条：在该许可有效期届满前作出决定",
        met_by=(
            About(LicenseRenewed, about="license_id", party=_BUREAU, each="term_until"),
            About(LicenseRenewalRefused, about="license_id", party=_BUREAU, each="term_until"),
        ),
        cancelled_by=(About(LicenseDeregistered, about="license_id", party=_BUREAU),),
        reminders=(5, 1),
        ladder=TO_THE_TOP,
        deems=True,
        consequence="逾期未作决定的，视为准予延续",
    ),
    DutyRow(
        duty=Duty.HOLD_HEARING,
        title="组织听证",
        opened_by=HearingRequested,
        since="requested_at",
        bearer=_BUREAU,
        limit=WorkingDays(20),
        source="行政许可法第四十七条：在20日内组织听证",
        met_by=(About(HearingHeld, about="hearing_id", party=_BUREAU),),
        reminders=(1,),
        ladder=TO_THE_TOP,
        consequence="应当听证而未听证的，决定可被撤销；逾期逐级督办",
    ),
    DutyRow(
        duty=Duty.NOTICE_HEARING,
        title="通知听证的时间、地点",
        opened_by=HearingScheduled,
        since="scheduled_at",
        bearer=_BUREAU,
        each="hearing_at",
        limit=ClearDaysBefore("hearing_at", 7),
        source="行政许可法第四十八条：举行听证的7日前通知（留足7个工作日）",
        met_by=(About(HearingNoticed, about="hearing_id", party=_BUREAU, each="hearing_at"),),
        ladder=TO_THE_TOP,
        consequence="通知不足7日的，听证应当改期",
    ),
)
