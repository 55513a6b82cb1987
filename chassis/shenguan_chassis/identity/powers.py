"""What do roles mean to the machinery? Who sees all departments, who stands alone, who belongs to one office.

The words are the kernel's; every token is measured by them before anybody asks what it may do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from .caller import Caller
from .refusals import Unauthenticated, Why

OPERATING: Final = "operating"
"""The duty to operate the machinery: dead letters, republishing."""
AUDITING: Final = "auditing"
"""The duty to audit the journal."""
LOOKING_BACK: Final = "looking back"
"""To see what was done to an aggregate that one may see."""
KEEPING: Final = "keeping"
"""The duty to keep the keys: which generations there are, and sealing anew."""

_NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Powers:
    """The roles of the house by what the machinery lets them do; a role is a plain word."""

    known: frozenset[str]
    """All there are. What else a token carries is another system's and counts for nothing here."""
    sees_all: frozenset[str] = _NOBODY
    """See every department's rows."""
    duties: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    """Who has which duty to the machinery itself (OPERATING, AUDITING, LOOKING_BACK, KEEPING)."""
    only_looks: frozenset[str] = _NOBODY
    """Give no command, unless it is declared as oversight's own (`deciding.oversight`)."""
    alone: frozenset[str] = _NOBODY
    """Held by whoever holds no other: the separated administrators (等保), oversight, machines."""
    homes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Roles that exist in one office only, with its code."""
    bound: frozenset[str] = _NOBODY
    """Act for a department or not at all."""

    def stand(self, caller: Caller) -> Caller:
        """The caller with the roles that count here, and what they let it see.

        Raises Unauthenticated where the roles cannot be one person's, or not of that office.
        """
        roles = caller.roles & self.known
        if len(roles) > 1 and roles & self.alone:
            raise Unauthenticated(Why.ROLES_IN_CONFLICT)
        if any(self.homes.get(role, caller.department) != caller.department for role in roles):
            raise Unauthenticated(Why.ROLE_OUT_OF_PLACE)
        if roles & self.bound and caller.department is None:
            raise Unauthenticated(Why.ROLE_OUT_OF_PLACE)
        duties = frozenset(duty for duty, holders in self.duties.items() if holders & roles)
        return replace(caller, roles=roles, duties=duties, sees_all=bool(roles & self.sees_all))

    def holders(self, rights: frozenset[str]) -> frozenset[str]:
        """The roles behind rights that name roles, duties or both."""
        return (rights & self.known).union(*(self.duties.get(right, _NOBODY) for right in rights))
