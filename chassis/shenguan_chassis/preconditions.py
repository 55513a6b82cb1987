"""Which version must the thing have that a change names? `If-Match` says it, and is required on every change.

Only the aggregate that the path names is compared. Whatever else the command reads may clash too: then it decides
again, and the caller hears nothing of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from .refusals import Refusal
from .store import stored
from .tx import Tx

Versions = frozenset[int]
"""The versions that a caller has in mind, one as a rule; 0 stands for what is not there yet."""


class _Any:
    """`If-Match: *`: whatever its version."""

    def __contains__(self, _: object) -> bool:
        return True


ANY: Final = _Any()
Seen = Versions | _Any | None
"""What If-Match says; None where it was not given."""


class IfMatchRequired(Refusal, status=428, rule="RFC 6585 §3", field="If-Match"):
    """更改须注明所依据的版本：请先读取该对象，以其 ETag 作为 If-Match 提交；不论版本都要办理的，写 If-Match: *。"""


class StaleEtag(Refusal, status=412, rule="RFC 9110 §13.1.1", field="If-Match"):
    """该对象已被他人更改：请重新读取最新版本，核对后以新的 ETag 作为 If-Match 再提交。"""

    def __init__(self, current: int) -> None:
        super().__init__(current=current)
        self.headers = {"ETag": etag(current)}


@dataclass(frozen=True, slots=True)
class Named:
    """The aggregate that a change's path names, and what its caller has seen of it."""

    kind: type[Any]
    key: tuple[Any, ...]
    seen: Seen

    @property
    def subject(self) -> str | None:
        """`<noun>/<id>`, where its key is one id."""
        return f"{stored(self.kind).noun}/{self.key[0]}" if len(self.key) == 1 else None

    async def check(self, tx: Tx) -> None:
        """Compare what the tx decides on with what the caller has seen; raises IfMatchRequired, StaleEtag.

        What is not there is left to the command: it does not find it either, or makes it.
        """
        found = await tx.find(self.kind, *self.key)
        if found is None:
            return
        if self.seen is None:
            raise IfMatchRequired
        if found.version not in self.seen:
            raise StaleEtag(found.version)

    def check_made(self, tx: Tx) -> None:
        """What the command made was not there before; raises StaleEtag for a caller who has seen a version of it."""
        made = tx.pending.base.get((stored(self.kind), self.key)) == 0
        if made and self.seen is not None and 0 not in self.seen:
            raise StaleEtag(0)


def etag(version: int) -> str:
    """The ETag of a version."""
    return f'"{version}"'
