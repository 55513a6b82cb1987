"""What supervision-svc says in these tests."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from shenguan_contracts.documents import PolicyDocForwarded, PolicyDocReceived
from shenguan_contracts.supervision import DepartmentRegistered
from shenguan_contracts.types import DepartmentKind


def registered(department: str, at: datetime) -> DepartmentRegistered:
    return DepartmentRegistered(
        department_id=UUID(int=len(department)),
        department=department,
        name=f"{department} 局",
        kind=DepartmentKind.DEPARTMENT,
        registered_at=at,
    )


def received(number: int, department: str, at: datetime) -> PolicyDocReceived:
    return PolicyDocReceived(
        policy_document_id=UUID(int=number),
        department=department,
        title="关于调整审批事项的通知",
        superior="省消防救援总队",
        recipients=("bureau",),
        received_at=at,
        registered_at=at,
    )


def forwarded(number: int, department: str, at: datetime) -> PolicyDocForwarded:
    return PolicyDocForwarded(
        policy_document_id=UUID(int=number), department=department, recipient="bureau", forwarded_at=at
    )
