"""Where does this service's copy of the directory lie? References only: names and numbers never come here."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Column, MetaData, Select, Text, Uuid, select

from shenguan_chassis.store import copy
from shenguan_contracts.types import DepartmentKind, Post

metadata = MetaData()


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """单位: an office of the directory; it has a feed."""

    department: str
    name: str
    kind: DepartmentKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """在岗人员: who holds a post now."""

    department: str
    post: Post
    person_id: UUID


offices = copy(
    metadata,
    Office,
    key=["department"],
    owner="department",
    table="offices",
    columns=[
        Column("department", Text, primary_key=True),
        Column("name", Text, nullable=False),
        Column("kind", Text, nullable=False),
    ],
)

holders = copy(
    metadata,
    Holder,
    key=["department", "post"],
    owner="department",
    table="holders",
    columns=[
        Column("department", Text, primary_key=True),
        Column("post", Text, primary_key=True),
        Column("person_id", Uuid, nullable=False),
    ],
)


def overseer() -> Select[tuple[UUID]]:
    """The overseer's person: one office of the district oversees (R10)."""
    return select(holders.c.person_id).where(holders.c.post == Post.OVERSEER).order_by(holders.c.department).limit(1)
