"""Who acts? The roles of the linkage, with their Chinese titles and the rule each comes from.

The chassis knows roles as plain text only; rights are stated on commands in these words.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """角色: what a token may carry."""

    WINDOW_CLERK = "window_clerk"
    REVIEWER = "reviewer"
    APPROVER = "approver"
    BUREAU_HEAD = "bureau_head"
    INSPECTOR = "inspector"
    LIAISON_OFFICER = "liaison_officer"
    LIAISON_LEAD = "liaison_lead"
    PRINCIPAL_HEAD = "principal_head"
    OVERSEER = "overseer"
    EXPERT = "expert"
    MACHINE_CLIENT = "machine_client"
    SYSTEM_ADMINISTRATOR = "system_administrator"
    SECURITY_OFFICER = "security_officer"
    SECURITY_AUDITOR = "security_auditor"

    @property
    def title_zh(self) -> str:
        """The title people read."""
        return _TITLE_AND_SOURCE[self][0]

    @property
    def source(self) -> str:
        """The requirement (R-number), article or standard the role rests on."""
        return _TITLE_AND_SOURCE[self][1]


_TITLE_AND_SOURCE: Final = {
    Role.WINDOW_CLERK: ("窗口受理人员", "R13, ALL 32"),
    Role.REVIEWER: ("审查人员", "ALL 34"),
    Role.APPROVER: ("审批人员", "R5, ALL 38"),
    Role.BUREAU_HEAD: ("审批服务局负责人", "ALL 42"),
    Role.INSPECTOR: ("监管执法人员", "R5, R19"),
    Role.LIAISON_OFFICER: ("联络员", "R16"),
    Role.LIAISON_LEAD: ("联络负责人", "R16"),
    Role.PRINCIPAL_HEAD: ("部门主要负责人", "R35"),
    Role.OVERSEER: ("区委编办督查人员", "R10"),
    Role.EXPERT: ("专家", "R28, R29"),
    Role.MACHINE_CLIENT: ("部门业务系统", "R15"),
    Role.SYSTEM_ADMINISTRATOR: ("系统管理员", "GB/T 22239-2019"),
    Role.SECURITY_OFFICER: ("安全保密员", "GB/T 22239-2019"),
    Role.SECURITY_AUDITOR: ("安全审计员", "GB/T 22239-2019"),
}

BUREAU_ROLES: Final = frozenset({Role.WINDOW_CLERK, Role.REVIEWER, Role.APPROVER, Role.BUREAU_HEAD})
"""Those of the approval bureau (区行政审批服务局)."""

ADMINISTRATORS: Final = frozenset({Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_OFFICER, Role.SECURITY_AUDITOR})
"""三员: three that are never one person."""

DEPARTMENT_ROLES: Final = frozenset({Role.INSPECTOR, Role.LIAISON_OFFICER, Role.LIAISON_LEAD, Role.PRINCIPAL_HEAD})
"""Those of a competent department (相关职能部门)."""

READERS: Final = (*sorted({*BUREAU_ROLES, *DEPARTMENT_ROLES}), Role.OVERSEER, Role.MACHINE_CLIENT)
"""Who reads what the house does, as far as it is theirs to see: staff, oversight, a department's own system."""
