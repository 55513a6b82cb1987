"""How do offices and posts lie in the database?"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime, MetaData, Select, Text, Uuid, select

from shenguan_chassis.ids import derived_id
from shenguan_chassis.search import names_index
from shenguan_chassis.store import aggregate
from shenguan_contracts.types import Post

from .rules import Department, Officer

metadata = MetaData()

departments = aggregate(
    metadata,
    Department,
    noun="department",
    owner="department",
    columns=[
        Column("department", Text, nullable=False, unique=True),
        Column("name", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("registered_at", DateTime(timezone=True), nullable=False),
    ],
)
names_index("departments_by_name", departments.c.name)

posts = aggregate(
    metadata,
    Officer,
    noun="post",
    owner="department",
    columns=[
        Column("department", Text, nullable=False, index=True),
        Column("post", Text, nullable=False),
        Column("person_id", Uuid, nullable=False),
        Column("designated_at", DateTime(timezone=True), nullable=False),
    ],
)


def department_id(department: str) -> UUID:
    """The one id of a code: registering it again finds the first."""
    return derived_id("department", department)


def post_id(department: str, post: Post) -> UUID:
    """The one id of a post: at most one holder (R16)."""
    return derived_id("post", department, post)


def posts_of(codes: list[str]) -> Select[Any]:
    """The filled posts of some departments."""
    return select(posts).where(posts.c.department.in_(codes)).order_by(posts.c.department, posts.c.post)
