"""Who can be a custodian, and with which key? (R30)

A key stands for good: whoever could exchange it after a draw was declared could make a withheld number unreadable.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from shenguan_chassis.refusals import Refusal
from shenguan_contracts.draws import CustodianKeyRegistered
from shenguan_kernel.lots.escrow import is_key
from shenguan_kernel.machines import Machine, Transition, step


class CustodianState(StrEnum):
    """托管单位状态."""

    REGISTERED = "registered"
    """已登记"""


TRANSITIONS: Final[Machine[CustodianState]] = {CustodianKeyRegistered: Transition(to=CustodianState.REGISTERED)}


class KeyUnusable(Refusal, status=422, rule="R30", field="key"):
    """托管公钥有误：须为素数阶群中的规范点，请用随机数提供程序（contribute.py custodian）生成后登记。"""


class KeyStands(Refusal, rule="R30", field="key"):
    """贵部门已登记托管公钥，不得更换：已公告的抽取凭它开启。"""


class CustodianUnknown(Refusal, rule="R30", field="escrow"):
    """托管单位尚未登记密钥：请其先行登记，或改选其他单位。"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Custodian:
    """托管单位."""

    id: UUID
    version: int = 0
    department: str
    key: str
    state: CustodianState
    registered_at: datetime

    @classmethod
    def first(cls, registered: CustodianKeyRegistered) -> Custodian:
        """The custodian as its first key makes it."""
        return cls(
            id=registered.custodian_id,
            department=registered.department,
            key=registered.key,
            state=step(TRANSITIONS, None, registered),
            registered_at=registered.registered_at,
        )


def register(custodian_id: UUID, department: str, key: str, *, at: datetime) -> CustodianKeyRegistered:
    """登记托管密钥: draws declared from now on name it. Raises KeyUnusable."""
    if not is_key(key):
        raise KeyUnusable()
    return CustodianKeyRegistered(custodian_id=custodian_id, department=department, key=key, registered_at=at)
