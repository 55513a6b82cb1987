"""Who is to be told, and of which office is it? For the ladder of escalations and for reminders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from shenguan_chassis.reading import Read
from shenguan_chassis.tx import Tx
from shenguan_contracts.types import DepartmentKind, Post

from .store import Holder, Office, holders, offices, overseer

_POSTS: Final = {
    DepartmentKind.OVERSEER: (Post.OVERSEER,),
    DepartmentKind.BUREAU: (Post.LIAISON_LEAD, Post.LIAISON_OFFICER, Post.PRINCIPAL_HEAD),
    DepartmentKind.DEPARTMENT: (Post.LIAISON_LEAD, Post.LIAISON_OFFICER, Post.PRINCIPAL_HEAD),
}
"""The posts that an office of a kind fills (R10, R16, R35)."""


@dataclass(frozen=True, slots=True)
class PostHeld:
    """A post that should be filled, and by whom it is; None: nobody."""

    department: str
    post: Post
    person_id: UUID | None


async def holder_of(tx: Tx, department: str, post: Post) -> UUID | None:
    """The person who holds a post of a department now; the overseer is the district's. None: the post is vacant."""
    if post is Post.OVERSEER:
        found = await tx.query(overseer())
        return found[0]["person_id"] if found else None
    holder = await tx.find(Holder, department, post)
    return holder.person_id if holder else None


def holders_wanted(department: str, posts: tuple[Post, ...]) -> list[tuple[type[Any], Any]]:
    """The rows that `holder_of` will ask for, to be read at once for a whole batch."""
    return [(Holder, (department, post)) for post in posts if post is not Post.OVERSEER]


async def office_names(read: Read, departments: set[str]) -> dict[str, str]:
    """What offices are called, by code; one that nobody registered keeps its code."""
    rows = await read.rows(select(offices.c.department, offices.c.name).where(offices.c.department.in_(departments)))
    return {department: department for department in departments} | {row["department"]: row["name"] for row in rows}


async def posts_held(read: Read) -> list[PostHeld]:
    """Every post that an office should fill, by office, with who holds it."""
    by_place = {(row["department"], row["post"]): row["person_id"] for row in await read.rows(select(holders))}
    rows = await read.rows(select(offices).order_by(offices.c.department))
    known = [Office(department=row["department"], name=row["name"], kind=DepartmentKind(row["kind"])) for row in rows]
    return [
        PostHeld(office.department, post, by_place.get((office.department, post)))
        for office in known
        for post in _POSTS[office.kind]
    ]
