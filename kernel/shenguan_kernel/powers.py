"""Which roles see every department, operate the machinery, audit it? (R10; the separated administrators of 等保)"""

from __future__ import annotations

from shenguan_chassis.service import Powers

from .roles import BUREAU_ROLES, Role

POWERS = Powers(
    sees_all=frozenset({*BUREAU_ROLES, Role.OVERSEER, Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_AUDITOR}),
    operates=frozenset({Role.SYSTEM_ADMINISTRATOR}),
    audits=frozenset({Role.SECURITY_AUDITOR, Role.OVERSEER}),
)
