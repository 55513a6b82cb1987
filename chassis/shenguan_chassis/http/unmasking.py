"""How is a personal datum read out? By a command with a purpose, on the record each time; the record never holds it.

    @command(Role.LIAISON_LEAD)
    async def unmask_expert(tx: Tx, expert_id: UUID, body: Unmask) -> Expert:
        return await tx.get(Expert, expert_id)

    @router.post("/experts/{expert}/unmask", summary="查看专家个人信息", response_model=Unmasked)
    async def unmask(expert: UUID, body: Unmask, call: Call) -> Response:
        return await unmasked(call, commands.unmask_expert, expert, body)

The journal's row is what is replayed for a key that was used; here it holds the field, the purpose and the masked datum
only. A second use of the key reads the datum again, and leaves a row of its own: each reading is on record (PIPL 54).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from math import ceil
from typing import Annotated, Any
from uuid import UUID

from fastapi import Response
from pydantic import Field, StringConstraints

from ..deciding import command_of
from ..personal.value import Personal
from ..refusals import Refusal
from ..tx import Tx
from .body import Body, Shown
from .call import Call, Reply, json_of

Purpose = Annotated[str, StringConstraints(min_length=4, max_length=200, strip_whitespace=True)]
_FIELD = r"^[a-z][a-z0-9_]{0,63}$"


class NotPersonal(Refusal, status=422, rule="PIPL 34", field="field"):
    """该字段不是加密保存的个人信息：请对照接口文档填写字段名。"""


class NothingToUnmask(Refusal, rule="PIPL 34", field="field"):
    """该字段未登记内容：无需查看。"""


class TooManyReadings(Refusal, status=429, rule="PIPL 51"):
    """查看个人信息过于频繁：请按 Retry-After 稍后再试；确需批量使用的，请与安全保密员联系。"""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.headers = {"Retry-After": str(ceil(seconds))}


class Unmask(Body):
    """查看个人信息."""

    field: str = Field(pattern=_FIELD, description="要查看的字段名。", examples=["mobile"])
    purpose: Purpose = Field(description="查看目的，记入日志。", examples=["通知现场勘验时间"])


class Disclosure(Shown):
    """What the record holds of a reading."""

    id: UUID = Field(description="对象编号。")
    field: str = Field(description="字段名。")
    purpose: str = Field(description="查看目的。")
    masked: str = Field(description="脱敏后的内容。")


class Unmasked(Disclosure):
    """个人信息，明文；不得缓存或转存."""

    value: str = Field(description="内容。")


async def unmasked(call: Call, command: Callable[..., Awaitable[Any]], key: UUID, body: Unmask) -> Response:
    """The datum in clear, after the record of it is committed; the answer is not to be kept."""
    told: list[tuple[bytes, Disclosure, Personal]] = []
    wait = call.door.unmaskings.take(call.caller.person, call.door.clock.system().timestamp()) if call.caller else 0

    async def run(tx: Tx) -> Any:
        if wait:
            raise TooManyReadings(wait)
        return await command(tx, key, body)

    def render(aggregate: Any) -> bytes:
        datum = _datum(aggregate, body.field)
        said = Disclosure(id=key, field=body.field, purpose=body.purpose, masked=datum.masked)
        told[:] = [(json_of(said), said, datum)]
        return told[0][0]

    ask = await call.asked(command_of(command), run, render)
    answer = await call.door.desk.give(ask)
    if not told or answer.body is not told[0][0]:
        await call.door.desk.give(replace(ask, idem_key=None))
    _, said, datum = told[0]
    reply = Reply(json_of(Unmasked(**dict(said), value=datum.reveal())))
    reply.headers["Cache-Control"] = "no-store"
    return reply


def _datum(aggregate: Any, field: str) -> Personal:
    datum = getattr(aggregate, field, NotPersonal)
    if datum is None:
        raise NothingToUnmask(field=field)
    if not isinstance(datum, Personal):
        raise NotPersonal
    return datum
