"""What does the passing of time do to an open draw? What is missing at its deadline voids it, for everyone to see."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from shenguan_chassis.deciding import on
from shenguan_chassis.refusals import BrokenMessage
from shenguan_chassis.tx import Tx
from shenguan_contracts.duties import Duty
from shenguan_contracts.notify import ObligationDeemed

from . import record, steps
from .commands import voided_draw
from .record import Draw, DrawState

_DRAW = re.compile("draw/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")

LAPSES: Final = {
    Duty.DRAW_COMMITMENTS: (DrawState.DECLARED, "逾期未提交承诺"),
    Duty.DRAW_ESCROWS: (DrawState.COMMITTED, "逾期未托管"),
    Duty.DRAW_REVEALS: (DrawState.COMMITTED, "逾期未公开随机数"),
    Duty.DRAW_OPENINGS: (DrawState.OPENING, "逾期未开启托管"),
    Duty.DRAW_BEACON: (DrawState.REVEALED, "逾期未录入公共随机值"),
}
"""Which draws a timer voids: those still in this state, with this reason in every later certificate."""


def _timed_draw(timer: ObligationDeemed) -> Sequence[tuple[type[Any], Any]]:
    about = timer.duty in LAPSES and _DRAW.fullmatch(timer.about)
    return [(Draw, UUID(about[1]))] if about else []


@on(ObligationDeemed, reads=_timed_draw)
async def void_what_lapsed(tx: Tx, timer: ObligationDeemed) -> None:
    """逾期作废: a draw does not go on without what is missing, or leaving it out would be a choice (R30).

    Where there is an escrow, missing reveals call upon the custodians instead. Late news changes nothing.
    """
    if timer.duty not in LAPSES:
        return
    found = _DRAW.fullmatch(timer.about)
    if found is None:
        raise BrokenMessage("a draw's timer is about draw/<id>")
    draw = await tx.find(Draw, UUID(found[1]))
    if draw is None:
        raise BrokenMessage(f"{timer.about} is no draw of this service")
    state, reason = LAPSES[timer.duty]
    if timer.duty is Duty.DRAW_REVEALS and draw.state is DrawState.ESCROWED:
        said = (steps.miss_reveals(draw, at=max(tx.now, timer.deemed_at)),)
        tx.save(steps.after(draw, said, tx.caller.person), *said)
    elif draw.state is state:
        await voided_draw(tx, draw, record.lapse(draw, reason, at=tx.now))
