"""Who is asking? What a token says of its bearer; roles are plain words here, their meaning is the kernel's."""

from __future__ import annotations

from dataclasses import dataclass, field

ITSELF = "service:"
"""How the services' own names begin: no token may bear such a one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A person or machine. `department` is the code of the office they act for, the bureau's included."""

    person: str
    organisation: str
    department: str | None = None
    name: str = ""
    roles: frozenset[str] = field(default_factory=frozenset)
    token_id: str = ""
    sees_all: bool = False
    """Every department's rows, not only one's: given by `Powers`, never by a token's own word."""

    duties: frozenset[str] = field(default_factory=frozenset)
    """What it may do with the machinery itself; given by `Powers` too."""

    def has_one_of(self, rights: frozenset[str]) -> bool:
        """Whether one of these roles or duties is the caller's."""
        return not (rights.isdisjoint(self.roles) and rights.isdisjoint(self.duties))

    @property
    def scope(self) -> str | None:
        """The department whose rows the caller may see; None for all, "" for nobody's."""
        return None if self.sees_all else self.department or ""


def service_itself(service: str) -> Caller:
    """The caller of what a service does unasked: reactions and timers."""
    return Caller(person=f"{ITSELF}{service}", organisation="shenguan", roles=frozenset({"service"}), sees_all=True)
