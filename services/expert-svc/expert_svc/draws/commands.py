"""What may be done about a panel? The bureau draws it, offices contribute to it, and it may be voided with a reason."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from uuid import UUID

from shenguan_chassis.deciding import command
from shenguan_chassis.tx import Tx
from shenguan_contracts.event import Event
from shenguan_contracts.expert import DrawCompleted, DrawVoided
from shenguan_kernel.lots import rules
from shenguan_kernel.lots.beacon import BeaconKind
from shenguan_kernel.lots.certificate import Announcement, assemble
from shenguan_kernel.lots.contributions import RevealMismatch
from shenguan_kernel.lots.declaration import EarlierAttempt
from shenguan_kernel.lots.escrow import (
    Escrow,
    check_opened,
    check_secret,
    number_from,
    number_of,
    read_escrow,
)
from shenguan_kernel.lots.rules import Drawn
from shenguan_kernel.lots.vrf import VrfKey
from shenguan_kernel.roles import Role

from ..custodians.commands import keys_of
from ..pools.commands import seat_panel, unseat
from ..snapshots.commands import snapshot_for
from . import record, steps
from .bodies import CommitNumber, DrawPanel, GiveEscrow, OpenShare, ReadBeacon, RevealNumber, VoidDraw
from .publishing import opened, published
from .record import Certificate, Draw, DrawState, EscrowFile, FirstShare, Published
from .store import draw_id

_CONTRIBUTORS: Final = (
    Role.REVIEWER, Role.APPROVER, Role.BUREAU_HEAD, Role.LIAISON_OFFICER, Role.LIAISON_LEAD, Role.PRINCIPAL_HEAD,
)  # fmt: skip
_UNFIT: Final = "托管开启的随机数与承诺不符"
"""The reason in every later certificate; the contributor stands in the event."""


@command(Role.REVIEWER, Role.APPROVER)
async def draw_panel(tx: Tx, body: DrawPanel, key: VrfKey) -> Draw:
    """公告抽取: without contributors declaration, panel and certificate come at once: nobody can keep one (R30)."""
    return await declare_draw(tx, body, key)


async def declare_draw(tx: Tx, body: DrawPanel, key: VrfKey, request: UUID | None = None) -> Draw:
    """The draw that a command or a request asks for. Raises PanelStands, NoLawfulPanel and what `declare` raises."""
    earlier = record.earlier_attempts(await _draws_for(tx, body.purpose))
    frozen = await snapshot_for(tx, body.pool, body.snapshot)
    number = draw_id(body.purpose, len(earlier) + 1)
    intent = replace(body.intent(number, key, earlier, at=tx.now), snapshot=frozen.digest)
    if body.escrow is not None:
        intent = replace(intent, escrow=body.escrow.custody(await keys_of(tx, body.escrow.custodians)))
    declaration = rules.declare(intent, frozen.candidates, tx.now)
    declared = record.declared(number, declaration, at=tx.now, request=request)
    draw, announced = (
        Draw.first(declared, body.pool, tx.caller.person),
        Announcement(declaration, frozen.candidates, frozen.context),
    )
    if declaration.contributors:
        tx.keep(published(number, announced))
        return tx.add(draw, declared)
    completed = _certified(tx, draw, announced, rules.draw(declaration, frozen.candidates, key), earlier)
    return tx.add(draw.complete(completed), declared, completed)


@command(*_CONTRIBUTORS)
async def commit_number(tx: Tx, draw: UUID, body: CommitNumber) -> Draw:
    """承诺: the caller's department is bound to its number; the last commitment closes the draw (R30)."""
    found = await tx.get(Draw, draw)
    said = steps.bind(found, tx.caller.department or "", body.commitment, at=tx.now)
    return tx.save(steps.after(found, said, tx.caller.person), *said)


@command(*_CONTRIBUTORS)
async def give_escrow(tx: Tx, draw: UUID, body: GiveEscrow) -> Draw:
    """托管随机数: two of three custodians can open the number from now on; the last escrow lets reveals begin (R30)."""
    found, announced = await tx.get(Draw, draw), opened(await tx.get(Published, draw))
    office, escrow = tx.caller.department or "", body.escrow()
    said = steps.entrust(found, announced.declaration, office, escrow, at=tx.now)
    tx.keep(EscrowFile(draw_id=draw, contributor=office, text=steps.escrow_text(escrow)))
    return tx.save(steps.after(found, said, tx.caller.person), *said)


@command(*_CONTRIBUTORS)
async def reveal_number(tx: Tx, draw: UUID, body: RevealNumber, key: VrfKey) -> Draw:
    """揭示: the last number draws the panel in the same act, unless a public value is still to come (R30)."""
    found, announced = await tx.get(Draw, draw), opened(await tx.get(Published, draw))
    office, number = tx.caller.department or "", bytes.fromhex(body.number)
    if found.custodians:
        escrow = await _escrow_of(tx, draw, office)
        number = number if escrow is None else _unsealed(escrow, number)
    said = steps.disclose(found, announced.declaration, office, number, at=tx.now)
    return await _disclosed(tx, found, said, announced, key)


@command(*_CONTRIBUTORS)
async def open_share(tx: Tx, draw: UUID, body: OpenShare, key: VrfKey) -> Draw:
    """开启托管份额: the second custodian's share opens a withheld number; one that fits no commitment voids (R30)."""
    found, announced = await tx.get(Draw, draw), opened(await tx.get(Published, draw))
    said: tuple[Event, ...] = ()
    if found.state is DrawState.ESCROWED:
        said = (steps.miss_reveals(found, at=tx.now),)
        found = steps.after(found, said, tx.caller.person)
    said = (*said, steps.open_share(found, body.contributor, tx.caller.department or "", at=tx.now))
    shares = await _shares(tx, found, announced, body)
    if len(shares) == 1:
        return tx.save(steps.after(found, said[-1:], tx.caller.person), *said)
    try:
        known = steps.opened_number(found, announced.declaration, body.contributor, number_from(shares), at=tx.now)
    except RevealMismatch:
        voided = record.lapse(found, _UNFIT, at=tx.now)
        return tx.save(found.apply(voided), *said, voided)
    return await _disclosed(tx, found, known, announced, key, before=said)


@command(Role.REVIEWER, Role.APPROVER, Role.BUREAU_HEAD)
async def read_beacon(tx: Tx, draw: UUID, body: ReadBeacon, key: VrfKey) -> Draw:
    """公共随机值: a drand round by its signature, else by two people for themselves; then the panel is drawn (R30)."""
    found, announced = await tx.get(Draw, draw), opened(await tx.get(Published, draw))
    said = steps.read_beacon(found, announced.declaration, body.value, by=tx.caller.person, at=tx.now)
    read, beacon = steps.after(found, said, tx.caller.person), announced.declaration.beacon
    if said and beacon is not None and beacon.kind is not BeaconKind.DRAND:
        return tx.save(read, *said)
    return await _finished(tx, read, said, announced, key)


@command(Role.APPROVER, Role.BUREAU_HEAD)
async def void_draw(tx: Tx, draw: UUID, body: VoidDraw) -> Draw:
    """作废: the panel no longer stands; it stays on record for ever (R30)."""
    found = await tx.get(Draw, draw)
    voided = record.void(found, body.reason, by=tx.caller.person, at=tx.now)
    return await voided_draw(tx, found, voided)


async def voided_draw(tx: Tx, draw: Draw, voided: DrawVoided, *before: Event) -> Draw:
    """A draw without effect, and its members as if they had not been drawn."""
    unseat(tx, draw.id, draw.pool, draw.panel)
    return tx.save(draw.apply(voided), *before, voided)


async def _disclosed(  # noqa: PLR0913 - each is a fact of the step, named at the call
    tx: Tx, draw: Draw, said: tuple[Event, ...], announced: Announcement, key: VrfKey, *, before: tuple[Event, ...] = ()
) -> Draw:
    """The draw with one more number known; with the last one its panel."""
    disclosed = steps.after(draw, said, tx.caller.person)
    if disclosed.state is not DrawState.REVEALED or announced.declaration.beacon:
        return tx.save(disclosed, *before, *said)
    return await _finished(tx, disclosed, (*before, *said), announced, key)


async def _shares(tx: Tx, draw: Draw, announced: Announcement, body: OpenShare) -> dict[int, str]:
    """What custodians opened of one number so far, this share included; raises EscrowInconsistent."""
    custody, escrow = announced.declaration.escrow, await _escrow_of(tx, draw.id, body.contributor)
    place = None if custody is None else custody.place(tx.caller.department or "")
    if custody is None or escrow is None or place is None:
        raise steps.StepOutOfTurn(draw=draw.id, state=draw.state)
    custodian = place, custody.custodians[place - 1].key
    context = steps.context_of(announced.declaration, body.contributor)
    check_opened(context, custodian, escrow.shares[place - 1], body.sealed())
    first = await tx.find(FirstShare, draw.id, body.contributor)
    if first is None:
        tx.keep(FirstShare(draw_id=draw.id, contributor=body.contributor, place=place, share=body.share))
        return {place: body.share}
    if first.place == place:
        raise steps.AlreadyGiven(contributor=body.contributor)
    return {first.place: first.share, place: body.share}


async def _escrow_of(tx: Tx, draw: UUID, contributor: str) -> Escrow | None:
    kept = await tx.find(EscrowFile, draw, contributor)
    return None if kept is None else read_escrow(kept.text)


def _unsealed(escrow: Escrow, secret: bytes) -> bytes:
    """The number of an escrowed secret; raises EscrowInconsistent for another than the one that lies there."""
    check_secret(escrow, secret)
    return number_of(secret)


async def _finished(tx: Tx, draw: Draw, said: tuple[Event, ...], announced: Announcement, key: VrfKey) -> Draw:
    """The panel that an open draw's numbers fix, with its certificate."""
    earlier = [(await tx.get(Draw, draw_id(draw.purpose, number))).as_earlier() for number in range(1, draw.attempt)]
    given = steps.contributions(draw)
    drawn = rules.draw(announced.declaration, announced.pool, key, given, draw.beacon_value)
    completed = _certified(tx, draw, announced, drawn, tuple(earlier))
    return tx.save(draw.complete(completed), *said, completed)


def _certified(
    tx: Tx, draw: Draw, announced: Announcement, drawn: Drawn, earlier: tuple[EarlierAttempt, ...]
) -> DrawCompleted:
    """Keep the certificate of a draw, and seat its panel; what is told of it."""
    certificate = assemble(announced.declaration, announced.pool, drawn, earlier, announced.context)
    completed = record.completed(draw, drawn, announced.pool, certificate, at=tx.now)
    tx.keep(Certificate(draw_id=draw.id, text=certificate.decode(), hash=completed.certificate_hash))
    seat_panel(tx, draw.id, draw.pool, completed.panel, tx.now)
    return completed


async def _draws_for(tx: Tx, purpose: str) -> list[Draw]:
    """Every attempt, each guarded: none can be voided or added while the next is decided."""
    found: list[Draw] = []
    while (draw := await tx.find(Draw, draw_id(purpose, len(found) + 1))) is not None:
        found.append(draw)
    return found
