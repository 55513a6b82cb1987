"""Which small types do events share?"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

DepartmentCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,31}$"), Field(examples=["fire"])]
"""部门代码, such as `fire`; the bureau itself is `bureau`, the staffing office `staffing-office`."""

BUREAU: str = "bureau"
"""行政审批服务局 as the bearer or recipient of a duty."""

Text = Annotated[str, StringConstraints(min_length=1, max_length=2000, strip_whitespace=True)]
"""A free text that someone wrote: never empty, at most 2,000 characters."""

Name = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
"""A name or title of at most 200 characters."""


def _in_utc(instant: datetime) -> datetime:
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise ValueError("outside the years 1 to 9999") from None


Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""An instant, sent in UTC."""

LegalDay = date
"""A day in Asia/Shanghai."""

OPEN_CODE = r"^[a-z][a-z0-9_]{0,63}$"
"""How a code that may be added later looks."""


class OpenCode(StrEnum):
    """A list that grows: a reader of an earlier edition keeps a code it does not know instead of refusing the event."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str) or not re.match(OPEN_CODE, value):
            return None
        later = str.__new__(cls, value)
        later._name_, later._value_ = value.upper(), value
        return later


class DepartmentKind(StrEnum):
    """What an office of the directory is."""

    BUREAU = "bureau"
    """行政审批服务局"""
    DEPARTMENT = "department"
    """相关职能部门"""
    OVERSEER = "overseer"
    """区编办"""


class Post(StrEnum):
    """The posts of a department that the notice knows (R16, R35)."""

    LIAISON_LEAD = "liaison_lead"
    """联络负责人"""
    LIAISON_OFFICER = "liaison_officer"
    """联络员"""
    PRINCIPAL_HEAD = "principal_head"
    """主要负责人"""
    OVERSEER = "overseer"
    """督办人 (区编办)"""


class ItemKind(StrEnum):
    """Of what nature an item is: the fee guard of ALL art. 58 depends on it."""

    LICENCE = "licence"
    """许可事项"""
    ASSOCIATED = "associated"
    """关联事项"""


class Channel(StrEnum):
    """Where a case came in (R15)."""

    HALL = "hall"
    """政务服务大厅"""
    WEB = "web"
    """网上"""
    MOBILE = "mobile"
    """移动端"""
    KIOSK = "kiosk"
    """自助终端"""


class ClaimRule(StrEnum):
    """How a pushed approval is taken over by its supervisor."""

    ACKNOWLEDGE = "acknowledge"
    """认领: the department acknowledges within two working days."""
    PUSH_IS_CLAIM = "push_is_claim"
    """推送即认领"""


class SpecialProcedure(StrEnum):
    """特别程序: the closed list of ALL art. 45; nothing else stops the clock."""

    HEARING = "hearing"
    """听证"""
    BIDDING = "bidding"
    """招标"""
    AUCTION = "auction"
    """拍卖"""
    INSPECTION = "inspection"
    """检验"""
    TESTING = "testing"
    """检测"""
    QUARANTINE = "quarantine"
    """检疫"""
    APPRAISAL = "appraisal"
    """鉴定"""
    EXPERT_REVIEW = "expert_review"
    """专家评审"""


class CaseOutcome(StrEnum):
    """How a case ends that is neither granted nor refused on its merits."""

    NOT_REQUIRED = "not_required"
    """不需要许可: said at once (ALL art. 32)."""
    NOT_COMPETENT = "not_competent"
    """不属本机关职权: refused at once, the agency named (ALL art. 32)."""
    WITHDRAWN = "withdrawn"
    """申请人撤回"""
    LAPSED = "lapsed"
    """逾期未补正"""
    TERMINATED = "terminated"
    """终止审查"""


class CardColour(StrEnum):
    """电子监察亮牌: what an obligation's card says."""

    YELLOW = "yellow"
    """黄牌: its last day has come."""
    RED = "red"
    """红牌: it is overdue."""


class AfterHoursRule(StrEnum):
    """What a receipt after closing time counts as."""

    SAME_DAY = "same_day"
    """当日: until 24:00; the strict default."""
    NEXT_WORKING_DAY = "next_working_day"
    """下一工作日: and the last day ends at closing time."""
