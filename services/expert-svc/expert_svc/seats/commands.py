"""What may be done about a seat? Its expert declines or is found absent; a panel is released when its work is done."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from shenguan_chassis.deciding import command
from shenguan_chassis.http import Body
from shenguan_chassis.tx import Tx
from shenguan_kernel.lots.replacements import Departure, Ground, Seating, grown, replace_member, seating
from shenguan_kernel.lots.vrf import VrfKey
from shenguan_kernel.roles import BUREAU_ROLES, Role

from ..draws.bodies import ExpertNo
from ..draws.record import Certificate, Draw
from ..pools.commands import release_panel as release_seats
from ..pools.commands import seat_panel, unseat
from . import rules
from .rules import NotForYouToReport

Proof = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{160}$"), Field(examples=["5a" * 80])]


class Decline(Body):
    """谢绝: 本人签名，或由两名见证人分别录入."""

    expert: ExpertNo = Field(description="谢绝的专家编号。")
    signature: Proof | None = Field(
        default=None, description="本人以登记密钥对本次抽取的签名（contribute.py decline）；没有的由两人分别录入。"
    )


class ReportAbsence(Body):
    """报告缺席: 由两人分别报告."""

    expert: ExpertNo = Field(description="缺席的专家编号。")


@command(Role.REVIEWER, Role.APPROVER, Role.BUREAU_HEAD)
async def decline_seat(tx: Tx, draw: UUID, body: Decline, key: VrfKey) -> Draw:
    """谢绝: signed by the expert it counts at once, else when a second witness says the same (R30)."""
    found = await tx.get(Draw, draw)
    leaving = Departure(body.expert, Ground.DECLINED, body.signature)
    if leaving.signature is None:
        return await _witnessed(tx, found, leaving, key)
    rules.refuse_unless_standing(found)
    return await _replaced(tx, found, await _seating(tx, draw), leaving, key)


@command(Role.REVIEWER, Role.APPROVER, Role.BUREAU_HEAD, Role.INSPECTOR, Role.LIAISON_OFFICER, Role.LIAISON_LEAD)
async def report_absence(tx: Tx, draw: UUID, body: ReportAbsence, key: VrfKey) -> Draw:
    """缺席: reported by the competent department or the bureau, and confirmed by a second of them (R30)."""
    found, seated = await tx.get(Draw, draw), await _seating(tx, draw)
    competent = {least.name for least in seated.announcement.declaration.rule.minimums if least.of == "department"}
    if not tx.caller.has_one_of(BUREAU_ROLES) and tx.caller.department not in competent:
        raise NotForYouToReport(competent=sorted(competent))
    return await _witnessed(tx, found, Departure(body.expert, Ground.NO_SHOW), key)


@command(Role.REVIEWER, Role.APPROVER, Role.BUREAU_HEAD)
async def release_panel(tx: Tx, draw: UUID) -> Draw:
    """解任: the panel's work is done; its members carry it no more, and rest as rules say (R30)."""
    found = await tx.get(Draw, draw)
    said = rules.release(found, at=tx.now)
    await release_seats(tx, draw, found.panel)
    return tx.save(found.release(said), said)


async def _witnessed(tx: Tx, draw: Draw, leaving: Departure, key: VrfKey) -> Draw:
    said = rules.report(draw, leaving, by=tx.caller.person, at=tx.now)
    if said is not None:
        return tx.save(rules.reported(draw, said, tx.caller.person), said)
    return await _replaced(tx, draw, await _seating(tx, draw.id), leaving, key)


async def _replaced(tx: Tx, draw: Draw, seated: Seating, leaving: Departure, key: VrfKey) -> Draw:
    """The panel with the seat given anew, and the certificate grown by it."""
    record = replace_member(seated, leaving, key)
    certificate = grown((await tx.get(Certificate, draw.id)).text, record)
    left = rules.left(draw, seated, leaving, at=tx.now)
    replaced = rules.replaced(draw, seated, record, certificate, at=tx.now)
    tx.keep(Certificate(draw_id=draw.id, text=certificate.decode(), hash=replaced.certificate_hash))
    unseat(tx, draw.id, draw.pool, (leaving.candidate,))
    seat_panel(tx, draw.id, draw.pool, replaced.panel, tx.now)
    return tx.save(draw.reseat(replaced), left, replaced)


async def _seating(tx: Tx, draw: UUID) -> Seating:
    """What the certificate says of the panel; raises NotFound where none was drawn."""
    return seating((await tx.get(Certificate, draw)).text)
