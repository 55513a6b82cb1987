"""Does each new draw, and each void, still look like a lot? This service hears what it says itself."""

from __future__ import annotations

import orjson
import structlog

from shenguan_chassis.deciding import on
from shenguan_chassis.tx import Tx
from shenguan_contracts.expert import DrawCompleted, DrawVoided, PatternKind

from ..draws.record import Certificate
from . import rules
from .rules import DrawEvidence, DrawPattern, Lot
from .store import pattern_id

_log = structlog.get_logger(__name__)


def _read(said: DrawCompleted | DrawVoided) -> list[tuple[type, object]]:
    return [(Certificate, said.draw_id), *((DrawEvidence, kind) for kind in PatternKind)]


@on(DrawCompleted, reads=_read)
async def look_at_draw(tx: Tx, said: DrawCompleted) -> None:
    """核看抽取: both families after one more draw; an alarm is an event, a record and a line in the log (R30)."""
    lot = Lot.of(orjson.loads((await tx.get(Certificate, said.draw_id)).text))
    for chance in rules.chances_of(said.draw_id, lot):
        tx.keep(chance)
    for kind in PatternKind:
        evidence = (await _evidence(tx, kind)).after(lot)
        tx.keep(evidence)
        await _notice(tx, evidence, lot)


@on(DrawVoided, reads=_read)
async def look_past_voided_draw(tx: Tx, said: DrawVoided) -> None:
    """A voided panel no longer counts among those that stand; among those that were drawn it does."""
    certificate = await tx.find(Certificate, said.draw_id)
    if certificate is not None:  # else nothing had been drawn yet
        tx.keep((await _evidence(tx, PatternKind.STANDING)).without(Lot.of(orjson.loads(certificate.text))))


async def _evidence(tx: Tx, kind: PatternKind) -> DrawEvidence:
    return await tx.find(DrawEvidence, kind) or rules.begun(kind)


async def _notice(tx: Tx, evidence: DrawEvidence, lot: Lot) -> None:
    grade = rules.grade(evidence)
    if grade is None or await tx.find(DrawPattern, pattern_id(evidence.kind, grade)) is not None:
        return
    noticed = rules.notice(pattern_id(evidence.kind, grade), evidence, lot, at=tx.now)
    if noticed is not None:
        tx.add(DrawPattern.first(noticed), noticed)
        _log.warning("draw pattern noticed", kind=noticed.kind, draws=noticed.draws, once_in=noticed.once_in)
