"""Which windows are there, what did departments file, and what does a workbook say?"""

from __future__ import annotations

from base64 import b64decode
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy import select

from shenguan_chassis.confined import Bounds, Failed, OutOfBounds, confined
from shenguan_chassis.deciding import view
from shenguan_chassis.http import Shown
from shenguan_chassis.http.handing_out import File
from shenguan_chassis.listing import Asked, Between, Holds, Listing, Page, Same
from shenguan_chassis.reading import Read
from shenguan_contracts.expert import Confirmation, Pool
from shenguan_contracts.types import DepartmentCode
from shenguan_kernel.roles import READERS
from shenguan_kernel.working_days import legal_day

from ..annexes.columns import annex_of
from ..annexes.lines import doubled, refuse
from ..annexes.reading import WorkbookRefused, WorkbookTooMuch, nominees_of, request_of
from ..annexes.writing import MEDIA_TYPE, row_of, workbook_of
from ..pools.rules import Expert
from .bodies import Filed, SubmitAnnex
from .rules import NominationWindow, WindowState
from .store import sub_lists, windows
from .sub_lists import SubList, SubListState

_CHILD = "expert_svc.annexes.child"


class QuotaView(Shown):
    """推荐人数."""

    least: int
    most: int


class QuotasView(Shown):
    """各名单推荐人数."""

    think_tank: QuotaView
    survey: QuotaView


class WindowView(Shown):
    """推荐窗口."""

    id: UUID
    version: int
    title: str
    departments: tuple[str, ...]
    quotas: QuotasView
    quarantine_days: int
    closes_at: datetime
    opened_at: datetime
    closed_at: datetime | None
    state: WindowState


class SubListView(Shown):
    """部门名单."""

    id: UUID
    version: int
    nomination_window_id: UUID
    department: str
    pool: Pool
    state: SubListState
    members: tuple[str, ...]
    digest: str
    late: bool
    deviation: str | None
    submitted_at: datetime
    manner: Confirmation | None
    public_key: str | None
    signature: str | None
    confirmed_at: datetime | None


class SubListDetail(SubListView):
    """部门名单，连同计算摘要的原文."""

    content: str


class SigningKeyView(Shown):
    """部门签名公钥."""

    id: UUID
    version: int
    department: str
    public_key: str
    registered_at: datetime


WINDOWS = Listing(
    "nomination-windows",
    select(windows),
    shows=WindowView,
    filters=[
        Same("state", "状态"),
        Holds("department", "应推荐部门代码", "departments", DepartmentCode),
        Between("closes_at", "截止时间"),
    ],
    sorts=["closes_at"],
)

SUB_LISTS = Listing(
    "sub-lists",
    select(sub_lists),
    shows=SubListView,
    filters=[
        Same("nomination_window_id", "推荐窗口"),
        Same("department", "推荐部门代码", DepartmentCode),
        Same("pool", "名单"),
        Same("state", "状态"),
        Same("late", "是否迟报"),
    ],
    sorts=["submitted_at"],
)


@view(*READERS)
async def windows_listed(read: Read, wanted: Asked) -> Page[WindowView]:
    """The windows in the order in which they close."""
    return await WINDOWS.page(read, wanted)


@view(*READERS)
async def window_shown(read: Read, window: UUID) -> WindowView:
    """One window; raises NotFound."""
    return WindowView.model_validate(await read.get(NominationWindow, window))


@view(*READERS)
async def sub_lists_listed(read: Read, wanted: Asked) -> Page[SubListView]:
    """The departments' sub-lists in the order in which they were filed."""
    return await SUB_LISTS.page(read, wanted)


@view(*READERS)
async def sub_list_shown(read: Read, sub_list: UUID) -> SubListDetail:
    """One sub-list with the text of which its digest is made; raises NotFound."""
    return SubListDetail.model_validate(await read.get(SubList, sub_list))


async def read_annex(given: SubmitAnnex, department: str) -> Filed:
    """Whom a workbook names, read in a child process with bounds.

    Raises WorkbookRefused, WorkbookTooMuch, TooManyFiles, and NomineesWrong with every fault of every line.
    """
    try:
        answer = await confined(_CHILD, request_of(given.annex, b64decode(given.workbook)), Bounds())
    except OutOfBounds:
        raise WorkbookTooMuch(why="out_of_bounds") from None
    except Failed:
        raise WorkbookRefused(why="no_workbook") from None
    lines, faults = nominees_of(answer, given.annex, department, [one.beside() for one in given.beside])
    refuse([*faults, *doubled(lines)])
    return Filed(given.annex.form.pool, lines, given.deviation)


def annex_file(found: SubList, members: list[Expert]) -> File:
    """A sub-list as the notice's form."""
    annex = annex_of(found.pool)
    day = legal_day(found.submitted_at).isoformat()
    rows = tuple(row_of(number, one) for number, one in enumerate(members, 1))
    write = partial(workbook_of, annex, found.department, day)
    return File(rows, write, f"{annex}-{found.department}.xlsx", MEDIA_TYPE)
