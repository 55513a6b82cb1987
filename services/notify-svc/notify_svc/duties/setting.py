"""May the operator change this limit? Only where the notice says 及时, and only within what the law leaves open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from shenguan_chassis.refusals import Refusal
from shenguan_contracts.duties import Duty
from shenguan_contracts.notify import DutyLimitSet

from .limits import Promptly
from .words import DutyRow


class LimitFixedByLaw(Refusal, rule="ALL 42"):
    """此项期限由法律、通知或具体事项规定，不能改动：只有规定为“及时”的期限可由运行单位设定。"""


class LimitOutOfBounds(Refusal, status=422, rule="R19", field="days"):
    """日数超出此项职责可设的范围：请对照职责清单所列的上限重新填写。"""


class LimitUnchanged(Refusal):
    """此项期限与现行设定相同：无需设定。"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyLimit:
    """职责时限: what 及时 means for one duty; `version` is its edition, which obligations born under it keep."""

    id: UUID
    version: int = 0
    duty: Duty
    days: int
    basis: str
    set_at: datetime


def set_limit(known: DutyLimit | None, row: DutyRow, fresh: DutyLimit) -> tuple[DutyLimit, DutyLimitSet]:
    """设定时限: from now on; obligations that are open keep theirs.

    Raises LimitFixedByLaw, LimitOutOfBounds, LimitUnchanged.
    """
    if not isinstance(row.limit, Promptly):
        raise LimitFixedByLaw(duty=row.duty)
    if not row.limit.allows(fresh.days):
        raise LimitOutOfBounds(duty=row.duty, least=1, most=row.limit.at_most)
    if known is not None and (known.days, known.basis) == (fresh.days, fresh.basis):
        raise LimitUnchanged(duty=row.duty)
    said = DutyLimitSet(
        duty_limit_id=fresh.id, duty=fresh.duty, days=fresh.days, basis=fresh.basis, set_at=fresh.set_at
    )
    return replace(fresh, version=known.version if known else 0), said
