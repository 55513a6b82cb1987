"""Which duties does the law set a clock for? Codes only; notify-svc holds what each means."""

from __future__ import annotations

from .types import OpenCode


class Duty(OpenCode):
    """One code per kind of obligation; a new deadline is a new code."""

    FORWARD_DOCUMENT = "forward_document"
    """抄告上级文件: one working day from receipt, one obligation per recipient (R17, R18)."""
    EXAMINE_APPLICATION = "examine_application"
    """审查申请: accept or ask for everything at once within five working days (ALL art. 32)."""
    DECIDE_CASE = "decide_case"
    """作出决定: within the item's promised limit (R14, ALL art. 42)."""
    CLAIM_APPROVAL = "claim_approval"
    """认领许可: within two working days of the push (R19)."""
    FILE_PENALTY = "file_penalty"
    """留存备案吊销决定 (R27)."""
    DEREGISTER_LICENSE = "deregister_license"
    """注销: must follow a revocation by penalty (ALL art. 70(4))."""
