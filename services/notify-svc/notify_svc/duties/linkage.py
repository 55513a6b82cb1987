"""Which clocks join the bureau and the departments? What each must pass on to, or do for, the other (R17 to R34)."""

from __future__ import annotations

from typing import Final

from shenguan_contracts.approval import (
    ApprovalIssued,
    ConsultationExtended,
    ConsultationRecalled,
    ConsultationRequested,
    LicenseDeregistered,
    LicensePenaltyRevoked,
    PenaltyFiled,
    SurveyResultDrafted,
)
from shenguan_contracts.documents import PolicyDocForwarded, PolicyDocReceived
from shenguan_contracts.duties import Duty
from shenguan_contracts.expert import NominationWindowOpened, Pool, SubListSubmitted
from shenguan_contracts.supervision import (
    ApprovalClaimed,
    ConsultationReplied,
    PenaltyLicenseRevoked,
    PenaltyPublicationWithdrawn,
    PenaltyReversed,
    SurveySigned,
)
from shenguan_contracts.types import BUREAU, ClaimRule

from .ladders import TO_THE_TOP
from .limits import AtInstant, Promptly, WorkingDays, WorkingDaysFrom
from .places import About, AsksFor, NamedIn, Office, OneOf
from .words import DutyRow


def _list(duty: Duty, title: str, pool: Pool, quota: str, annex: str) -> DutyRow:
    """A list is filed whole: with as many as its window asks for, or with the reason why not."""
    return DutyRow(
        duty=duty,
        title=title,
        opened_by=NominationWindowOpened,
        only_where=AsksFor(quota),
        since="opened_at",
        bearer=NamedIn("departments"),
        limit=AtInstant("closes_at"),
        source=f"审管衔接通知：于规定之日15:00前报送（{annex}）",
        met_by=(
            About(
                SubListSubmitted,
                about="nomination_window_id",
                party=NamedIn("department"),
                only_where=OneOf("pool", (pool,)),
            ),
        ),
        reminders=(5, 1),
        ladder=TO_THE_TOP,
        excusable=True,
        consequence="逾期报送记为迟报；逾期逐级督办",
    )


LINKAGE_DUTIES: Final = (
    DutyRow(
        duty=Duty.FORWARD_DOCUMENT,
        title="抄告上级文件",
        opened_by=PolicyDocReceived,
        since="received_at",
        bearer=NamedIn("department"),
        owed_to=NamedIn("recipients"),
        limit=WorkingDays(1),
        source="审管衔接通知：自收到上级文件之日起1个工作日内抄告（R17、R18）",
        met_by=(About(PolicyDocForwarded, about="policy_document_id", party=NamedIn("recipient")),),
        ladder=TO_THE_TOP,
        excusable=True,
        consequence="逾期记录在案并逐级督办；补办抄告后记为逾期履行",
    ),
    DutyRow(
        duty=Duty.CLAIM_APPROVAL,
        title="认领推送的许可信息",
        opened_by=ApprovalIssued,
        only_where=OneOf("claim_rule", (ClaimRule.ACKNOWLEDGE,)),
        since="issued_at",
        bearer=NamedIn("departments"),
        limit=WorkingDays(2),
        source="推送后2个工作日内认领（R19；推送即认领的事项除外）",
        met_by=(About(ApprovalClaimed, about="license_id", party=NamedIn("department")),),
        cancelled_by=(About(LicenseDeregistered, about="license_id", party=NamedIn("departments")),),
        ladder=TO_THE_TOP,
        excusable=True,
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
        met_by=(About(PenaltyFiled, about="penalty_id", party=Office(BUREAU)),),
        cancelled_by=(About(PenaltyReversed, about="penalty_id", party=Office(BUREAU)),),
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
        met_by=(About(LicenseDeregistered, about="license_id", party=Office(BUREAU)),),
        ladder=TO_THE_TOP,
        consequence="许可被吊销后应当注销；逾期逐级督办",
    ),
    DutyRow(
        duty=Duty.WITHDRAW_PUBLICATION,
        title="撤回已撤销处罚的公示",
        opened_by=PenaltyReversed,
        since="reversed_at",
        bearer=NamedIn("department"),
        limit=WorkingDays(3),
        source="行政处罚法第四十八条：在3日内撤回处罚决定信息并公开说明理由（第八十五条，工作日）",
        met_by=(About(PenaltyPublicationWithdrawn, about="penalty_id", party=NamedIn("department")),),
        ladder=TO_THE_TOP,
        consequence="已被撤销的处罚仍在公示，损害当事人；逾期逐级督办",
    ),
    DutyRow(
        duty=Duty.REPLY_CONSULTATION,
        title="回复征求意见函",
        opened_by=ConsultationRequested,
        since="requested_at",
        bearer=NamedIn("department"),
        limit=WorkingDaysFrom("reply_days"),
        source="审管衔接通知：收函部门应当依法及时回复（R24）；日数由来函载明",
        met_by=(About(ConsultationReplied, about="consultation_id", party=NamedIn("department")),),
        extended_by=(About(ConsultationExtended, about="consultation_id", party=NamedIn("department"), days="days"),),
        cancelled_by=(About(ConsultationRecalled, about="consultation_id", party=NamedIn("department")),),
        ladder=TO_THE_TOP,
        consequence="逾期不回复不视为同意；前置意见未回复的，审批不得作出决定；逾期逐级督办",
    ),
    DutyRow(
        duty=Duty.SIGN_SURVEY,
        title="签署联合勘验结论",
        opened_by=SurveyResultDrafted,
        since="drafted_at",
        bearer=NamedIn("departments"),
        limit=Promptly(days=2, at_most=5),
        source="审管衔接通知：联合踏勘由参加部门签署结论（R32）；未定日数，由运行单位设定，不超过5个工作日",
        met_by=(About(SurveySigned, about="survey_id", party=NamedIn("department")),),
        ladder=TO_THE_TOP,
        consequence="未全部签署，勘验不得办结；逾期逐级督办",
    ),
    _list(Duty.NOMINATE_EXPERTS, "报送现场勘验专家名单", Pool.SURVEY, "survey", "附件三，R29、R34"),
    _list(Duty.NOMINATE_THINK_TANK, "报送审管专家智囊团名单", Pool.THINK_TANK, "think_tank", "附件二，R28、R34"),
)
