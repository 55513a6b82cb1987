"""How are personal data of several people handed out in one file? By a command with a purpose, on the record each time.

    @command(Role.LIAISON_LEAD)
    async def hand_out_annex(tx: Tx, sub_list: UUID, body: HandOut) -> tuple[SubList, list[Expert]]: …

    @router.post("/sub-lists/{sub_list}/export", summary="导出附件")
    async def export(sub_list: UUID, body: HandOut, call: Call) -> Response:
        return await handed_out(call, commands.hand_out_annex, sub_list, body, made=_workbook)

As with `unmasking`, the journal's row holds the purpose and how many people it was about, never a datum; a second use
of the key hands out anew and leaves a row of its own (PIPL 54).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from fastapi import Response
from pydantic import Field

from ..deciding import command_of
from ..personal.value import Personal
from ..tx import Tx
from .body import Body, Shown
from .call import Call, json_of
from .unmasking import Purpose, TooManyReadings

Row = tuple[Any, ...]


class HandOut(Body):
    """导出个人信息."""

    purpose: Purpose = Field(description="导出目的，记入日志。", examples=["报送盖章纸质名单"])


class HandedOut(Shown):
    """What the record holds of it."""

    id: UUID = Field(description="对象编号。")
    purpose: str = Field(description="导出目的。")
    people: int = Field(description="涉及人数。")


@dataclass(frozen=True, slots=True)
class File:
    """What is handed out: rows whose personal data `write` is given in clear."""

    rows: tuple[Row, ...]
    write: Callable[[tuple[Row, ...]], bytes]
    name: str
    media_type: str


async def handed_out(
    call: Call,
    command: Callable[..., Awaitable[Any]],
    key: UUID,
    body: HandOut,
    *,
    made: Callable[[Any, Any], File],
) -> Response:
    """The file in clear, after the record of it is committed; `made` makes it of what the command returns."""
    told: list[tuple[bytes, File]] = []
    wait = call.door.unmaskings.take(call.caller.person, call.door.clock.system().timestamp()) if call.caller else 0

    async def run(tx: Tx) -> Any:
        if wait:
            raise TooManyReadings(wait)
        found, people = await command(tx, key, body)
        file = made(found, people)
        told[:] = [(json_of(HandedOut(id=key, purpose=body.purpose, people=len(file.rows))), file)]
        return found

    def render(_: Any) -> bytes:
        return told[0][0]

    ask = await call.asked(command_of(command), run, render)
    answer = await call.door.desk.give(ask)
    if not told or answer.body is not told[0][0]:
        await call.door.desk.give(replace(ask, idem_key=None))
    file = told[0][1]
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{file.name}"'}
    return Response(file.write(tuple(map(_in_clear, file.rows))), 200, headers, file.media_type)


def _in_clear(row: Row) -> Row:
    return tuple(cell.reveal() if isinstance(cell, Personal) else cell for cell in row)
