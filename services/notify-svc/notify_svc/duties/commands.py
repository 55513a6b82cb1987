"""Who says what 及时 means? The operator, within lawful bounds and with the decision it rests on."""

from __future__ import annotations

from pydantic import Field

from shenguan_chassis.deciding import command
from shenguan_chassis.http import Body
from shenguan_chassis.tx import Tx
from shenguan_contracts.duties import Duty
from shenguan_contracts.types import Text
from shenguan_kernel.roles import Role

from . import rules, setting
from .setting import DutyLimit
from .store import limit_id


class SetLimit(Body):
    """设定时限."""

    days: int = Field(ge=1, le=250, description="工作日数。", examples=[2])
    basis: Text = Field(description="依据的决定。", examples=["区审管衔接联席会议纪要第3号"])


@command(Role.SYSTEM_ADMINISTRATOR)
async def set_duty_limit(tx: Tx, duty: Duty, body: SetLimit) -> DutyLimit:
    """设定时限: what 及时 means from now on, within lawful bounds (R19, R20, R27)."""
    key = limit_id(duty)
    known = await tx.find(DutyLimit, key)
    fresh = DutyLimit(id=key, duty=duty, days=body.days, basis=body.basis, set_at=tx.now)
    changed = setting.set_limit(known, rules.row_of(duty), fresh)
    return tx.add(*changed) if known is None else tx.save(*changed)
