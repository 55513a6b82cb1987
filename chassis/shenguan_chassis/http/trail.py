"""What does a refusal leave behind that no command's desk said? One row in the journal, if its caller is known.

A view that may not be seen, a form with faults, a header that is missing. 400 and 401 are counted and not written, as
is what the gate refuses (413, 429, 503), which never learns who asks. Nothing that the caller wrote is noted: of the
path only its pattern, and the aggregate where the path names one by its id.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from fastapi import Request

from ..journal import RefusedAtTheDoor
from ..refusals import Refusal
from ..store import of_noun

if TYPE_CHECKING:
    from ..desk import Desk
    from ..identity.caller import Caller

CALLER: Final = "shenguan.caller"
"""Where a door leaves the known caller in the request's scope."""

_COUNTED = frozenset({400, 401, 503})


async def leave(request: Request, refusal: Refusal | type[Refusal], *, journalled: bool = False) -> None:
    """Leave the row, unless it is there or there shall be none. Raises what asyncpg raises."""
    caller: Caller | None = request.scope.get(CALLER)
    if journalled or caller is None or refusal.status in _COUNTED:
        return
    desk: Desk = request.app.state.door.desk
    asked, subject = _named(request.scope["method"], request.scope["path"], request.scope.get("path_params") or {})
    await desk.note_refusal(
        RefusedAtTheDoor(
            caller=caller,
            asked=asked,
            subject=subject,
            status=refusal.status,
            code=refusal.code,
            trace=request.scope.get("traceparent"),
        )
    )


def _named(method: str, path: str, parts: dict[str, Any]) -> tuple[str, str | None]:
    """The pattern of a path, and the aggregate that it names: `/cases/<id>` is `case/<id>`."""
    names = {str(value): name for name, value in parts.items()}
    segments = path.split("/")
    pattern = "/".join(f"{{{names[part]}}}" if part in names else part for part in segments)
    found = (
        f"{before.removesuffix('s')}/{part}"
        for before, part in pairwise(segments)
        if part in names and _is_id(part) and of_noun(before.removesuffix("s"))
    )
    return f"{method} {pattern}", next(found, None)


def _is_id(part: str) -> bool:
    try:
        return str(UUID(part)) == part
    except ValueError:
        return False
