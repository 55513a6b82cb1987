"""Who is asking? What a token says of its bearer; roles are plain words here, their meaning is the kernel's."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A person or machine. `department` is the code of the office they act for, the bureau's included."""

    person: str
    organisation: str
    department: str | None = None
    name: str = ""
    roles: frozenset[str] = field(default_factory=frozenset)
    token_id: str = ""


def service_itself(service: str) -> Caller:
    """The caller of what a service does unasked: reactions and timers."""
    return Caller(person=f"service:{service}", organisation="shenguan", roles=frozenset({"service"}))
