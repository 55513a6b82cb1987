"""Which command led to this? The W3C trace context of the work in hand, from the door through the bus to its effect."""

from __future__ import annotations

import re
import secrets
from contextvars import ContextVar

_PARENT = re.compile(r"^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$")

current: ContextVar[str | None] = ContextVar("traceparent", default=None)
"""The traceparent of the work in hand."""


def follow(parent: str | None) -> str:
    """The traceparent of a new step: within the parent's trace where it is well-formed, else of a new one."""
    known = _PARENT.match(parent) if parent else None
    fresh = secrets.token_hex(24)
    step = f"00-{known[1] if known else fresh[:32]}-{fresh[32:]}-01"
    current.set(step)
    return step


def trace_id(parent: str | None) -> str | None:
    """The 32 hexadecimal digits that all steps of one trace share."""
    return parent[3:35] if parent else None
