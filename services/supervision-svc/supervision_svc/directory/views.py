"""Who is in the directory, who holds which post, and which department has not named its liaisons? (R16)"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import computed_field
from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from shenguan_chassis.deciding import view
from shenguan_chassis.http import Shown
from shenguan_chassis.listing import Asked, Listing, Page, Same, Search
from shenguan_chassis.reading import Read
from shenguan_chassis.refusals import NotFound
from shenguan_contracts.types import DepartmentKind, Post
from shenguan_kernel.roles import READERS, Role

from .rules import LIAISONS, vacant_liaisons
from .store import departments, posts


class PostView(Shown):
    """岗位与在岗人员引用."""

    id: UUID
    version: int
    department: str
    post: Post
    person_id: UUID
    designated_at: datetime


class DepartmentView(Shown):
    """部门与其岗位."""

    id: UUID
    version: int
    department: str
    name: str
    kind: DepartmentKind
    registered_at: datetime
    posts: tuple[PostView, ...] = ()

    @computed_field(description="尚未指定的联络岗位 (R16)。")  # type: ignore[prop-decorator]  # pydantic's own idiom
    @property
    def vacant(self) -> tuple[Post, ...]:
        """Which liaison posts are still to be filled."""
        return vacant_liaisons(self.kind, [filled.post for filled in self.posts])


def _offices() -> Select[Any]:
    by_post = aggregate_order_by(func.to_jsonb(posts.table_valued()), posts.c.post)
    filled = select(func.coalesce(func.jsonb_agg(by_post), func.jsonb_build_array())).where(
        posts.c.department == departments.c.department
    )
    return select(departments, filled.correlate(departments).scalar_subquery().label("posts"))


def _without_both_liaisons() -> ColumnElement[bool]:
    named = select(func.count()).where(posts.c.department == departments.c.department, posts.c.post.in_(LIAISONS))
    too_few: ColumnElement[bool] = named.correlate(departments).scalar_subquery() < len(LIAISONS)
    return and_(departments.c.kind == DepartmentKind.DEPARTMENT, too_few)


DEPARTMENTS = Listing(
    "departments",
    _offices(),
    shows=DepartmentView,
    filters=[Same("kind", "单位类别")],
    sorts=["department"],
    search=Search("name", "单位名称"),
)

LIAISON_GAPS = Listing(
    "liaison-gaps", _offices().where(_without_both_liaisons()), shows=DepartmentView, sorts=["department"]
)


@view(*READERS, Role.SYSTEM_ADMINISTRATOR)
async def departments_listed(read: Read, wanted: Asked) -> Page[DepartmentView]:
    """The offices, by code."""
    return await DEPARTMENTS.page(read, wanted)


@view(*READERS, Role.SYSTEM_ADMINISTRATOR)
async def liaison_gaps(read: Read, wanted: Asked) -> Page[DepartmentView]:
    """Departments without both liaisons: what the overseer follows up (R10, R16)."""
    return await LIAISON_GAPS.page(read, wanted)


@view(*READERS, Role.SYSTEM_ADMINISTRATOR)
async def department_shown(read: Read, department: str) -> DepartmentView:
    """One office with its posts; raises NotFound."""
    rows = await read.rows(_offices().where(departments.c.department == department))
    if not rows:
        raise NotFound()
    return _shown(rows[0])


def _shown(row: Any) -> DepartmentView:
    return DepartmentView.model_validate(dict(row))
