"""Which offices and posts may the directory hold? (R2, R10, R16, R35)"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from shenguan_chassis.refusals import Refusal
from shenguan_contracts.supervision import DepartmentRegistered, OfficerDesignated
from shenguan_contracts.types import BUREAU, DepartmentKind, Post

LIAISONS: Final = (Post.LIAISON_LEAD, Post.LIAISON_OFFICER)
"""The two posts that each department must fill (R16)."""

_OFFICE_POSTS: Final = frozenset({*LIAISONS, Post.PRINCIPAL_HEAD})
POSTS_OF: Final = {
    DepartmentKind.BUREAU: _OFFICE_POSTS,
    DepartmentKind.DEPARTMENT: _OFFICE_POSTS,
    DepartmentKind.OVERSEER: frozenset({Post.OVERSEER}),
}
"""Which posts an office of a kind has."""


class DepartmentKnown(Refusal, field="department"):
    """该部门代码已登记：请核对代码；如为另一部门，请换用其他代码。"""


class BureauMisnamed(Refusal, status=422, rule="R5", field="kind"):
    """部门代码 bureau 专属审批服务局，且审批服务局只能用此代码：请更正代码或单位类别。"""


class PostNotOfOffice(Refusal, rule="R16", field="post"):
    """该单位不设此岗位：部门设联络负责人、联络员和主要负责人，督查单位只设督办人。请更正岗位。"""


class AlreadyHolder(Refusal, rule="R16", field="person_id"):
    """此人已在该岗位，无需重复指定。"""


class HoldsOtherPost(Refusal, rule="R16", field="person_id"):
    """此人已任本部门其他岗位，逐级提醒将失去意义：请另行指定人员，或先调整其原岗位。"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """部门: an office that approves, supervises or oversees."""

    id: UUID
    version: int = 0
    department: str
    name: str
    kind: DepartmentKind
    registered_at: datetime

    @classmethod
    def first(cls, registered: DepartmentRegistered) -> Department:
        """The department as its registration makes it."""
        return cls(
            id=registered.department_id,
            department=registered.department,
            name=registered.name,
            kind=registered.kind,
            registered_at=registered.registered_at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """岗位: a post of a department and the one person who holds it."""

    id: UUID
    version: int = 0
    department: str
    post: Post
    person_id: UUID
    designated_at: datetime

    @classmethod
    def first(cls, designated: OfficerDesignated) -> Officer:
        """The post with its first holder."""
        return cls(
            id=designated.post_id,
            department=designated.department,
            post=designated.post,
            person_id=designated.person_id,
            designated_at=designated.designated_at,
        )

    def apply(self, designated: OfficerDesignated) -> Officer:
        """The post with its next holder; the earlier one has left it."""
        return replace(self, person_id=designated.person_id, designated_at=designated.designated_at)


@dataclass(frozen=True, slots=True)
class Office:
    """单位及在岗人员: a department with the officers who hold its posts now."""

    department: Department
    officers: tuple[Officer, ...]


def register(
    department_id: UUID, department: str, name: str, kind: DepartmentKind, *, at: datetime
) -> DepartmentRegistered:
    """登记部门: there is one bureau, and `bureau` is its code (R5)."""
    if (department == BUREAU) is not (kind is DepartmentKind.BUREAU):
        raise BureauMisnamed(department=department)
    return DepartmentRegistered(
        department_id=department_id, department=department, name=name, kind=kind, registered_at=at
    )


def refuse_known(department: Department | None) -> None:
    """A code is given once; raises `DepartmentKnown`."""
    if department is not None:
        raise DepartmentKnown(department=department.department)


def designate(post_id: UUID, office: Office, post: Post, person_id: UUID, *, at: datetime) -> OfficerDesignated:
    """指定联络人员: each post has one holder, and nobody is called upon twice in one department (R16, R35)."""
    code = office.department.department
    if post not in POSTS_OF[office.department.kind]:
        raise PostNotOfOffice(department=code, post=post)
    for officer in office.officers:
        if officer.person_id == person_id:
            refusal = AlreadyHolder if officer.post is post else HoldsOtherPost
            raise refusal(department=code, post=officer.post)
    return OfficerDesignated(post_id=post_id, department=code, post=post, person_id=person_id, designated_at=at)


def vacant_liaisons(kind: DepartmentKind, filled: Collection[Post]) -> tuple[Post, ...]:
    """空缺: which of its two liaison posts a department has not filled (R16); others owe none."""
    if kind is not DepartmentKind.DEPARTMENT:
        return ()
    return tuple(post for post in LIAISONS if post not in filled)
