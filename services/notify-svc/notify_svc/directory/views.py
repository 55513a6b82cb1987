"""Who is to be told? For the ladder of escalations."""

from __future__ import annotations

from uuid import UUID

from shenguan_chassis.tx import Tx
from shenguan_contracts.types import Post

from .store import Holder, overseer


async def holder_of(tx: Tx, department: str, post: Post) -> UUID | None:
    """The person who holds a post of a department now; the overseer is the district's. None: the post is vacant."""
    if post is Post.OVERSEER:
        found = await tx.query(overseer())
        return found[0]["person_id"] if found else None
    holder = await tx.find(Holder, department, post)
    return holder.person_id if holder else None
