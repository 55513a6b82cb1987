"""The three shapes of a command: creating, creating after a read, and changing what was read."""

from __future__ import annotations

from uuid import UUID

from shenguan_chassis.deciding import command
from shenguan_chassis.http import Body
from shenguan_chassis.tx import Tx

from . import rules
from .rules import Letter, Matter

CLERK = "clerk"


class OpenMatter(Body):
    """受理事项."""

    department: str
    title: str
    request: str


class NoteMatter(Body):
    """批注."""

    remark: str


class SendLetter(Body):
    """发函."""

    text: str


@command(CLERK)
async def open_matter(tx: Tx, body: OpenMatter) -> Matter:
    """Open a matter: reads nothing."""
    opened = rules.open_(tx.new_id(), body.department, body.title, body.request, at=tx.now)
    return tx.add(Matter.first(opened), opened)


@command(CLERK)
async def send_letter(tx: Tx, matter_id: UUID, body: SendLetter) -> Letter:
    """Send a letter: reads its matter, whose version the commit then checks."""
    matter = await tx.get(Matter, matter_id)
    sent = rules.send(tx.new_id(), matter, body.text, at=tx.now)
    return tx.add(Letter.first(sent), sent)


@command(CLERK)
async def note_matter(tx: Tx, matter_id: UUID, body: NoteMatter) -> Matter:
    """Write on a matter: one read, one write."""
    matter = await tx.get(Matter, matter_id)
    noted = rules.note(matter, body.remark, at=tx.now)
    return tx.save(matter.apply(noted), noted)
