"""What does each role mean to the machinery? (R10; the separated administrators of 等保, GB/T 22239-2019)"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from shenguan_chassis.identity.powers import AUDITING, KEEPING, LOOKING_BACK, OPERATING, Powers
from shenguan_contracts.types import BUREAU

from .roles import ADMINISTRATORS, BUREAU_ROLES, DEPARTMENT_ROLES, READERS, Role

POWERS: Final = Powers(
    known=frozenset(Role),
    sees_all=frozenset({*BUREAU_ROLES, Role.OVERSEER, *ADMINISTRATORS}),
    duties=MappingProxyType(
        {
            OPERATING: frozenset({Role.SYSTEM_ADMINISTRATOR}),
            AUDITING: frozenset({Role.SECURITY_AUDITOR, Role.OVERSEER}),
            LOOKING_BACK: frozenset({*READERS, Role.SECURITY_AUDITOR}),
            KEEPING: frozenset({Role.SECURITY_OFFICER}),
        }
    ),
    only_looks=frozenset({Role.OVERSEER}),
    alone=frozenset({Role.OVERSEER, Role.MACHINE_CLIENT, *ADMINISTRATORS}),
    homes=MappingProxyType(dict.fromkeys(BUREAU_ROLES, BUREAU)),
    bound=frozenset({*DEPARTMENT_ROLES, Role.EXPERT, Role.MACHINE_CLIENT}),
)
"""Administrators see all rows, yet read few views: which is said by each view (`docs/rights.md`)."""
