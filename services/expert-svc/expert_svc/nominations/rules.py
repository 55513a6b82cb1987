"""Until when do which departments name how many experts? (R28, R29, R34)"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum
from typing import Final
from uuid import UUID

from shenguan_chassis.refusals import Refusal
from shenguan_contracts.expert import NominationWindowClosed, NominationWindowOpened, Pool, Quota
from shenguan_kernel.machines import Machine, Transition, step
from shenguan_kernel.working_days.legal_day import instant_of

CLOSING_TIME: Final = time(15)
"""下午三时, as the notice says (R34)."""
MOST_WITH_REASON: Final = 100
"""How many a department may have on a list where it gave a reason for more than the window wants."""


class WindowState(StrEnum):
    """推荐窗口状态."""

    OPEN = "open"
    """开放，截止后仍收迟报"""
    CLOSED = "closed"
    """已收结"""


TRANSITIONS: Final[Machine[WindowState]] = {
    NominationWindowOpened: Transition(to=WindowState.OPEN),
    NominationWindowClosed: Transition((WindowState.OPEN,), WindowState.CLOSED),
}


class ClosesTooSoon(Refusal, status=422, rule="R34", field="closes_on"):
    """截止时间已过：截止时间为所填之日 15:00（北京时间），请填写尚未到 15:00 的日期。"""


class QuotaImpossible(Refusal, status=422, rule="R28, R29"):
    """推荐人数有误：至少人数不得多于至多人数，请改正。"""


class WindowStillRuns(Refusal, rule="R34"):
    """推荐尚未截止：截止时间之后方可收结，请届时办理。"""


class WindowClosed(Refusal, rule="R34"):
    """推荐已收结，不再受理：确需补报的，请审批服务局另行开放推荐。"""


class NotAsked(Refusal, status=403, rule="R28, R29"):
    """贵部门不在本次应推荐部门之列：请与审批服务局核对。"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """推荐人数: how many one department names for a list."""

    least: int
    most: int

    def said(self) -> Quota:
        """As the event says it."""
        return Quota(least=self.least, most=self.most)


USUAL: Final = {Pool.THINK_TANK: Wanted(least=2, most=3), Pool.SURVEY: Wanted(least=1, most=2)}
"""How many a department names unless the window says otherwise (R28, R29)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotas:
    """推荐人数 for each list."""

    think_tank: Wanted
    survey: Wanted

    def of(self, pool: Pool) -> Wanted:
        """How many for this list."""
        return self.think_tank if pool is Pool.THINK_TANK else self.survey


@dataclass(frozen=True, slots=True, kw_only=True)
class NominationWindow:
    """推荐窗口: what every department of it has to file until when, and what happens to newcomers."""

    id: UUID
    version: int = 0
    title: str
    departments: tuple[str, ...]
    quotas: Quotas
    quarantine_days: int
    closes_at: datetime
    opened_at: datetime
    closed_at: datetime | None = None
    state: WindowState

    @classmethod
    def first(cls, opened: NominationWindowOpened, plan: Plan) -> NominationWindow:
        """The window as its opening makes it."""
        return cls(
            id=opened.nomination_window_id,
            title=plan.title,
            departments=opened.departments,
            quotas=plan.quotas,
            quarantine_days=opened.quarantine_days,
            closes_at=opened.closes_at,
            opened_at=opened.opened_at,
            state=step(TRANSITIONS, None, opened),
        )

    def apply(self, closed: NominationWindowClosed) -> NominationWindow:
        """The window that takes no more."""
        return replace(self, state=step(TRANSITIONS, self.state, closed), closed_at=closed.closed_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """推荐安排: what the bureau decides before it opens a window."""

    title: str
    departments: tuple[str, ...]
    closes_on: date
    quotas: Quotas
    quarantine_days: int = 0


def open_window(window: UUID, plan: Plan, *, at: datetime) -> NominationWindowOpened:
    """开放推荐 until 15:00 of a day in Shanghai (R34). Raises ClosesTooSoon, QuotaImpossible."""
    closes_at = instant_of(plan.closes_on, CLOSING_TIME)
    if closes_at <= at:
        raise ClosesTooSoon(closes_at=closes_at)
    for pool in Pool:
        quota = plan.quotas.of(pool)
        if quota.least > quota.most:
            raise QuotaImpossible(pool=pool, least=quota.least, most=quota.most)
    return NominationWindowOpened(
        nomination_window_id=window,
        departments=tuple(sorted(set(plan.departments))),
        closes_at=closes_at,
        opened_at=at,
        title=plan.title,
        think_tank=plan.quotas.think_tank.said(),
        survey=plan.quotas.survey.said(),
        quarantine_days=plan.quarantine_days,
    )


def close_window(window: NominationWindow, nominated: Iterable[str], *, at: datetime) -> NominationWindowClosed:
    """推荐收结 after the closing instant, naming who named nobody. Raises WindowClosed, WindowStillRuns."""
    if window.state is WindowState.CLOSED:
        raise WindowClosed(closed_at=window.closed_at)
    if at < window.closes_at:
        raise WindowStillRuns(closes_at=window.closes_at)
    missing = tuple(sorted(set(window.departments) - set(nominated)))
    return NominationWindowClosed(
        nomination_window_id=window.id, departments=window.departments, missing=missing, closed_at=at
    )


def is_late(window: NominationWindow, department: str, *, at: datetime) -> bool:
    """Whether what a department files now comes after the closing instant (R34). Raises NotAsked, WindowClosed."""
    if department not in window.departments:
        raise NotAsked(departments=window.departments)
    if window.state is WindowState.CLOSED:
        raise WindowClosed(closed_at=window.closed_at)
    return at > window.closes_at
