"""When is a seat of a panel given anew, and on whose word? (R30)

By the expert's own signature, or by two persons who each say the same. Why is a code, and enters no randomness.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from shenguan_chassis.refusals import Refusal, SamePersonTwice, second_person
from shenguan_contracts.draws import (
    ExpertDeclined,
    ExpertMissed,
    ExpertReplaced,
    PanelReleased,
    SeatGround,
    SeatVacancyReported,
)
from shenguan_kernel.lots.replacements import Departure, NotSeated, Replacement, Seating
from shenguan_kernel.machines import step

from ..draws.record import TRANSITIONS, Draw, DrawState


class PanelNotStanding(Refusal, rule="R30"):
    """该次抽取没有现任名单（尚未抽取、已作废或已解任）：请查询抽取的当前状态。"""


class SameWitness(SamePersonTwice, rule="R30"):
    """离任须由两人分别说明：请由另一人再次录入。"""


class NotForYouToReport(Refusal, status=403, rule="R30"):
    """缺席由主管部门或审批服务局的人员报告；谢绝由审批服务局的人员录入。"""


def refuse_unless_standing(draw: Draw) -> None:
    """Raise PanelNotStanding unless the draw has a panel that serves."""
    if draw.state is not DrawState.COMPLETED:
        raise PanelNotStanding(draw=draw.id, state=draw.state)


def report(draw: Draw, leaving: Departure, *, by: str, at: datetime) -> SeatVacancyReported | None:
    """报告离任: what the first person says; None once a second person says the same.

    Raises PanelNotStanding, NotSeated, SameWitness.
    """
    refuse_unless_standing(draw)
    if leaving.candidate not in draw.panel:
        raise NotSeated(candidate=leaving.candidate, panel=draw.panel)
    ground = SeatGround(leaving.ground)
    if (draw.vacant, draw.vacant_ground) == (leaving.candidate, ground):
        second_person(by, draw.vacant_reported_by, refusal=SameWitness, draw=draw.id)
        return None
    return SeatVacancyReported(draw_id=draw.id, expert_no=leaving.candidate, ground=ground, reported_at=at)


def reported(draw: Draw, said: SeatVacancyReported, by: str) -> Draw:
    """The draw as the first person leaves it."""
    state = step(TRANSITIONS, draw.state, said)
    return replace(draw, state=state, vacant=said.expert_no, vacant_ground=said.ground, vacant_reported_by=by)


def left(draw: Draw, seated: Seating, leaving: Departure, *, at: datetime) -> ExpertDeclined | ExpertMissed:
    """谢绝或缺席, as it is told to the expert's department."""
    (department,) = seated.announcement.pool.departments_of([leaving.candidate])
    if leaving.ground is leaving.ground.NO_SHOW:
        return ExpertMissed(draw_id=draw.id, expert_no=leaving.candidate, department=department, missed_at=at)
    return ExpertDeclined(
        draw_id=draw.id,
        expert_no=leaving.candidate,
        department=department,
        signed=leaving.signature is not None,
        declined_at=at,
    )


def replaced(draw: Draw, seated: Seating, record: Replacement, certificate: bytes, *, at: datetime) -> ExpertReplaced:
    """补抽, as it is told: the panel as it stands and the grown certificate's hash."""
    panel = tuple(sorted({*seated.standing, record.replacement} - {record.candidate}))
    return ExpertReplaced(
        draw_id=draw.id,
        purpose=draw.purpose,
        number=len(seated.replacements) + 1,
        expert_no=record.candidate,
        replacement=record.replacement,
        panel=panel,
        departments=seated.announcement.pool.departments_of(panel),
        certificate_hash=sha256(certificate).hexdigest(),
        replaced_at=at,
    )


def release(draw: Draw, *, at: datetime) -> PanelReleased:
    """解任: the panel's work is done. Raises PanelNotStanding."""
    refuse_unless_standing(draw)
    return PanelReleased(draw_id=draw.id, purpose=draw.purpose, released_at=at)
