"""Which step of an open draw comes next, and who may take it?

Declared, every contributor's commitment, closed, every number revealed, the public value if one was declared: in this
order, each before its deadline. What is late stays out; what stays out can only be voided, for everyone to see (R30).
"""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from hashlib import sha256
from typing import Final

from shenguan_chassis.refusals import Refusal, SamePersonTwice, second_person
from shenguan_contracts.draws import DrawEscrowed, DrawNumberEscrowed, DrawRevealsMissed, DrawShareOpened
from shenguan_contracts.event import Event
from shenguan_contracts.expert import (
    DrawBeaconRead,
    DrawCommitted,
    DrawNumberCommitted,
    DrawNumberRevealed,
    DrawRevealed,
)
from shenguan_kernel.lots.beacon import BeaconKind, BeaconTooEarly, beacon_bytes
from shenguan_kernel.lots.contributions import Contribution, check
from shenguan_kernel.lots.declaration import Declaration
from shenguan_kernel.lots.drand import check_signature
from shenguan_kernel.lots.encoding import canonical
from shenguan_kernel.lots.escrow import Context, Escrow, check_escrow
from shenguan_kernel.machines import step

from .record import TRANSITIONS, Draw, DrawState

_NONE: Final = ""


class NotAContributor(Refusal, status=403, rule="R30"):
    """公告未将贵部门列为随机数提供方：仅公告所列部门可以提交或公开。"""


class NotACustodian(Refusal, status=403, rule="R30"):
    """公告未将贵部门列为托管单位：仅公告所列托管单位可以开启。"""


class StepOutOfTurn(Refusal, rule="R30"):
    """抽取不在此步骤：请按公告、承诺、托管（如有）、揭示、公共随机值的次序办理，或查询抽取的当前状态。"""


class TooLate(Refusal, rule="R30"):
    """已过公告所列截止时间，不再受理：请由另一人写明理由作废本次抽取，再重新公告。"""


class AlreadyGiven(Refusal, rule="R30"):
    """贵部门已经提交，不得更改：无需重复办理。"""


class ReadingsDiffer(Refusal, rule="R30"):
    """两人录入的公共随机值不一致：请核对来源；确系首次录入有误的，请作废本次抽取并重新公告。"""


class SameReader(SamePersonTwice, rule="R30"):
    """公共随机值须由两人分别录入：请由另一人再次录入。"""


def bind(draw: Draw, contributor: str, commitment: str, *, at: datetime) -> tuple[Event, ...]:
    """承诺: one contributor's commitment; the last one closes the draw.

    Raises StepOutOfTurn, NotAContributor, TooLate, AlreadyGiven.
    """
    _take(draw, contributor, DrawState.DECLARED, draw.commitments, draw.commit_by, at=at)
    said = DrawNumberCommitted(draw_id=draw.id, contributor=contributor, commitment=commitment, committed_at=at)
    if draw.reveal_by is None or draw.commitments.count(_NONE) > 1:
        return (said,)
    return said, DrawCommitted(draw_id=draw.id, reveal_by=draw.reveal_by, give_by=draw.give_by, committed_at=at)


def entrust(
    draw: Draw, declaration: Declaration, contributor: str, escrow: Escrow, *, at: datetime
) -> tuple[Event, ...]:
    """托管: one contributor's number, sealed to the custodians; the last one lets numbers be revealed.

    Raises StepOutOfTurn, NotAContributor, TooLate, AlreadyGiven, EscrowInconsistent.
    """
    if declaration.escrow is None or draw.reveal_by is None:
        raise StepOutOfTurn(draw=draw.id, state=draw.state)
    _take(draw, contributor, DrawState.COMMITTED, draw.escrows, draw.give_by, at=at)
    check_escrow(context_of(declaration, contributor), declaration.escrow, escrow)
    hashed = sha256(escrow_text(escrow).encode()).hexdigest()
    said = DrawNumberEscrowed(draw_id=draw.id, contributor=contributor, escrow_hash=hashed, escrowed_at=at)
    if draw.escrows.count(_NONE) > 1:
        return (said,)
    return said, DrawEscrowed(draw_id=draw.id, reveal_by=draw.reveal_by, escrowed_at=at)


def disclose(
    draw: Draw, declaration: Declaration, contributor: str, number: bytes, *, at: datetime
) -> tuple[Event, ...]:
    """揭示: one contributor's number, once all are bound to theirs.

    Raises StepOutOfTurn, NotAContributor, TooLate, AlreadyGiven, RevealMismatch.
    """
    state = DrawState.ESCROWED if draw.custodians else DrawState.COMMITTED
    _take(draw, contributor, state, draw.reveals, draw.reveal_by, at=at)
    return _known(draw, declaration, contributor, number, at=at)


def miss_reveals(draw: Draw, *, at: datetime) -> DrawRevealsMissed:
    """揭示逾期: from now on only custodians can open what is missing. Raises StepOutOfTurn."""
    if draw.state is not DrawState.ESCROWED or draw.reveal_by is None or draw.open_by is None or at <= draw.reveal_by:
        raise StepOutOfTurn(draw=draw.id, state=draw.state)
    missing = tuple(name for name, number in zip(draw.contributors, draw.reveals, strict=True) if not number)
    return DrawRevealsMissed(
        draw_id=draw.id, missing=missing, departments=draw.custodians, open_by=draw.open_by, missed_at=at
    )


def open_share(draw: Draw, contributor: str, custodian: str, *, at: datetime) -> DrawShareOpened:
    """开启托管份额 of a number that its contributor withheld.

    Raises StepOutOfTurn, NotACustodian, TooLate, AlreadyGiven.
    """
    if custodian not in draw.custodians:
        raise NotACustodian(custodians=draw.custodians)
    if draw.state is not DrawState.OPENING or contributor not in draw.contributors:
        raise StepOutOfTurn(draw=draw.id, state=draw.state)
    if draw.open_by is None or at > draw.open_by:
        raise TooLate(until=draw.open_by)
    if draw.reveals[draw.contributors.index(contributor)]:
        raise AlreadyGiven(contributor=contributor)
    return DrawShareOpened(draw_id=draw.id, contributor=contributor, custodian=custodian, opened_at=at)


def opened_number(
    draw: Draw, declaration: Declaration, contributor: str, number: bytes, *, at: datetime
) -> tuple[Event, ...]:
    """托管开启所得随机数. Raises RevealMismatch for one that its contributor never was bound to."""
    return _known(draw, declaration, contributor, number, at=at)


def context_of(declaration: Declaration, contributor: str) -> Context:
    """For whom and for which draw proofs of an escrow are made."""
    return Context(declaration.hashing, declaration.hash(), contributor)


def escrow_text(escrow: Escrow) -> str:
    """An escrow as it is kept and hashed."""
    return canonical(asdict(escrow)).decode()


def _known(draw: Draw, declaration: Declaration, contributor: str, number: bytes, *, at: datetime) -> tuple[Event, ...]:
    promised = bytes.fromhex(draw.commitments[draw.contributors.index(contributor)])
    check(declaration.hashing, declaration.hash(), Contribution(contributor, promised, number))
    said = DrawNumberRevealed(draw_id=draw.id, contributor=contributor, number=number.hex(), revealed_at=at)
    if draw.reveals.count(_NONE) > 1:
        return (said,)
    return said, DrawRevealed(draw_id=draw.id, beacon_due=draw.beacon_due, revealed_at=at)


def read_beacon(draw: Draw, declaration: Declaration, value: str, *, by: str, at: datetime) -> tuple[Event, ...]:
    """录入公共随机值: the first reading is recorded; the second, by another person, says nothing new and confirms it.

    A round of drand is held against its network's signature, and read once.
    Raises StepOutOfTurn, BeaconTooEarly, BeaconMalformed, BeaconForged, SameReader, ReadingsDiffer.
    """
    if draw.state is not DrawState.REVEALED or draw.beacon_due is None:
        raise StepOutOfTurn(draw=draw.id, state=draw.state)
    if at < draw.beacon_due:
        raise BeaconTooEarly(due=draw.beacon_due)
    beacon_bytes(declaration.beacon, value)
    if declaration.beacon is not None and declaration.beacon.kind is BeaconKind.DRAND:
        check_signature(declaration.beacon, value)
    if draw.beacon_value is None:
        return (DrawBeaconRead(draw_id=draw.id, value=value, read_at=at),)
    second_person(by, draw.beacon_read_by, refusal=SameReader, draw=draw.id)
    if value != draw.beacon_value:
        raise ReadingsDiffer(draw=draw.id)
    return ()


def after(draw: Draw, said: tuple[Event, ...], by: str) -> Draw:
    """The draw as these steps, taken by this person, leave it."""
    for event in said:
        draw = replace(_with(draw, event, by), state=step(TRANSITIONS, draw.state, event))
    return draw


def contributions(draw: Draw) -> tuple[Contribution, ...]:
    """What all contributors gave, once the last number is revealed."""
    given = zip(draw.contributors, draw.commitments, draw.reveals, strict=True)
    return tuple(Contribution(name, bytes.fromhex(promised), bytes.fromhex(number)) for name, promised, number in given)


def _take(  # noqa: PLR0913 - each is a fact of the step, named at the call
    draw: Draw, contributor: str, state: DrawState, given: tuple[str, ...], until: datetime | None, *, at: datetime
) -> int:
    """The contributor's place in a step whose turn it is."""
    if contributor not in draw.contributors:
        raise NotAContributor(contributors=draw.contributors)
    if draw.state is not state:
        raise StepOutOfTurn(draw=draw.id, state=draw.state)
    if until is None or at > until:
        raise TooLate(until=until)
    place = draw.contributors.index(contributor)
    if given[place] != _NONE:
        raise AlreadyGiven(contributor=contributor)
    return place


def _with(draw: Draw, event: Event, by: str) -> Draw:
    match event:
        case DrawNumberCommitted():
            return replace(draw, commitments=_put(draw, draw.commitments, event.contributor, event.commitment))
        case DrawNumberRevealed():
            return replace(draw, reveals=_put(draw, draw.reveals, event.contributor, event.number))
        case DrawNumberEscrowed():
            return replace(draw, escrows=_put(draw, draw.escrows, event.contributor, event.escrow_hash))
        case DrawBeaconRead():
            return replace(draw, beacon_value=event.value, beacon_read_by=by)
        case _:
            return draw


def _put(draw: Draw, given: tuple[str, ...], contributor: str, value: str) -> tuple[str, ...]:
    place = draw.contributors.index(contributor)
    return (*given[:place], value, *given[place + 1 :])
