"""Which doors lead to matters?"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Response

from shenguan_chassis.http import Call, Shown

from . import commands
from .commands import NoteMatter, OpenMatter, SendLetter
from .rules import Matter

router = APIRouter(tags=["事项"])


class MatterView(Shown):
    """事项."""

    id: UUID
    version: int
    department: str
    title: str
    request: str
    notes: int
    remark: str
    opened_at: datetime


class LetterView(Shown):
    """函件."""

    id: UUID
    version: int
    matter_id: UUID
    department: str
    text: str
    sent_at: datetime


@router.post("/matters", status_code=201, response_model=MatterView)
async def open_(body: OpenMatter, call: Call) -> Response:
    """Open a matter."""
    return await call.give(commands.open_matter, body, shows=MatterView, status=201, at="/matters/{id}")


@router.post("/matters/{matter_id}/letters", status_code=201, response_model=LetterView)
async def send(matter_id: UUID, body: SendLetter, call: Call) -> Response:
    """Send a letter about a matter."""
    return await call.give(commands.send_letter, matter_id, body, shows=LetterView, status=201, at="/letters/{id}")


@router.post("/matters/{matter_id}/notes", response_model=MatterView)
async def note(matter_id: UUID, body: NoteMatter, call: Call) -> Response:
    """Write on a matter."""
    return await call.give(commands.note_matter, matter_id, body, shows=MatterView, changes=Matter)
