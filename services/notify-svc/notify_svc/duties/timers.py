"""Which clocks run without a bearer? When one is over, the law does something by itself, and nobody is late."""

from __future__ import annotations

from typing import Final

from shenguan_contracts.approval import (
    ApprovalIssued,
    HearingRequested,
    HearingRightNotified,
    LicenseDeregistered,
    LicensePenaltyRevoked,
    LicenseReinstated,
    LicenseRenewed,
    LicenseSuspended,
)
from shenguan_contracts.draws import DrawEscrowed, DrawRevealsMissed
from shenguan_contracts.duties import Duty
from shenguan_contracts.expert import DrawCommitted, DrawCompleted, DrawDeclared, DrawRevealed, DrawVoided
from shenguan_contracts.types import BUREAU

from .ladders import NOBODY
from .limits import AtInstant, EndOfDay, WorkingDays
from .places import About, Given, Office
from .words import DutyRow

_BUREAU: Final = Office(BUREAU)

TIMERS: Final = (
    DutyRow(
        duty=Duty.AWAIT_HEARING_REQUEST,
        title="等待听证申请",
        opened_by=HearingRightNotified,
        since="notified_at",
        bearer=_BUREAU,
        limit=WorkingDays(5),
        source="行政许可法第四十七条：被告知听证权利之日起5日内提出（按工作日计，有利于申请人）",
        met_by=(About(HearingRequested, about="hearing_id", party=_BUREAU),),
        ladder=NOBODY,
        consequence="期满未申请的，视为放弃听证",
    ),
    DutyRow(
        duty=Duty.LICENSE_TERM,
        title="许可有效期",
        opened_by=ApprovalIssued,
        only_where=Given("valid_until"),
        since="issued_at",
        bearer=_BUREAU,
        limit=EndOfDay("valid_until"),
        source="行政许可法第七十条第一项",
        extended_by=(About(LicenseRenewed, about="license_id", party=_BUREAU, until=EndOfDay("valid_until")),),
        cancelled_by=(
            About(LicensePenaltyRevoked, about="license_id", party=_BUREAU),
            About(LicenseDeregistered, about="license_id", party=_BUREAU),
        ),
        ladder=NOBODY,
        consequence="有效期届满未延续的，许可到期，应当注销",
    ),
    DutyRow(
        duty=Duty.PENALTY_SUSPENSION_TERM,
        title="暂扣许可证件期限",
        opened_by=LicenseSuspended,
        since="suspended_at",
        bearer=_BUREAU,
        each="penalty_id",
        limit=EndOfDay("until_on"),
        source="行政处罚法第九条",
        met_by=(About(LicenseReinstated, about="license_id", party=_BUREAU, each="penalty_id"),),
        cancelled_by=(
            About(LicensePenaltyRevoked, about="license_id", party=_BUREAU),
            About(LicenseDeregistered, about="license_id", party=_BUREAU),
        ),
        ladder=NOBODY,
        consequence="期满，许可自行恢复有效",
    ),
    DutyRow(
        duty=Duty.DRAW_COMMITMENTS,
        title="等待抽取承诺",
        opened_by=DrawDeclared,
        only_where=Given("commit_by"),
        since="declared_at",
        bearer=_BUREAU,
        limit=AtInstant("commit_by"),
        source="抽取规程：承诺截止时间载于公告（R30）",
        met_by=(About(DrawCommitted, about="draw_id", party=_BUREAU),),
        cancelled_by=(About(DrawVoided, about="draw_id", party=_BUREAU),),
        ladder=NOBODY,
        consequence="承诺不齐，该次抽取作废并留痕",
    ),
    DutyRow(
        duty=Duty.DRAW_REVEALS,
        title="等待抽取揭示",
        opened_by=DrawCommitted,
        since="committed_at",
        bearer=_BUREAU,
        limit=AtInstant("reveal_by"),
        source="抽取规程：揭示截止时间在承诺齐备时确定（R30）",
        met_by=(
            About(DrawRevealed, about="draw_id", party=_BUREAU),
            About(DrawCompleted, about="draw_id", party=_BUREAU),
        ),
        cancelled_by=(About(DrawVoided, about="draw_id", party=_BUREAU),),
        ladder=NOBODY,
        consequence="揭示不齐：有托管的由托管单位开启，无托管的该次抽取作废并留痕",
    ),
    DutyRow(
        duty=Duty.DRAW_ESCROWS,
        title="等待随机数托管",
        opened_by=DrawCommitted,
        only_where=Given("give_by"),
        since="committed_at",
        bearer=_BUREAU,
        limit=AtInstant("give_by"),
        source="抽取规程：托管截止时间载于公告（R30）",
        met_by=(About(DrawEscrowed, about="draw_id", party=_BUREAU),),
        cancelled_by=(About(DrawVoided, about="draw_id", party=_BUREAU),),
        ladder=NOBODY,
        consequence="托管不齐，该次抽取作废并留痕：此时尚无人揭示",
    ),
    DutyRow(
        duty=Duty.DRAW_OPENINGS,
        title="等待开启托管",
        opened_by=DrawRevealsMissed,
        since="missed_at",
        bearer=_BUREAU,
        limit=AtInstant("open_by"),
        source="抽取规程：开启截止时间载于公告（R30）",
        met_by=(About(DrawRevealed, about="draw_id", party=_BUREAU),),
        cancelled_by=(About(DrawVoided, about="draw_id", party=_BUREAU),),
        ladder=NOBODY,
        consequence="逾期未开启的，该次抽取作废并留痕",
    ),
    DutyRow(
        duty=Duty.DRAW_BEACON,
        title="等待公共随机值",
        opened_by=DrawRevealed,
        only_where=Given("beacon_due"),
        since="beacon_due",
        bearer=_BUREAU,
        limit=WorkingDays(3),
        source="抽取规程：公共随机值公布后三个工作日内录入（R30）",
        met_by=(About(DrawCompleted, about="draw_id", party=_BUREAU),),
        cancelled_by=(About(DrawVoided, about="draw_id", party=_BUREAU),),
        ladder=NOBODY,
        consequence="逾期未录入的，该次抽取作废并留痕：公共随机值一经公告不可省略",
    ),
)
