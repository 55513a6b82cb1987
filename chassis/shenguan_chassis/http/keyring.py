"""What may who keeps the keys ask of a service? Which generations seal its personal data, and to seal old ones anew."""

from __future__ import annotations

from datetime import datetime

from asyncpg import Connection
from fastapi import APIRouter, Response
from pydantic import Field

from ..deciding import Command, view
from ..identity.powers import KEEPING
from ..keys import Cipher
from ..personal.keyring import rewrap, uses
from ..reading import Read
from ..service import Service
from ..store import guarded_in
from .body import Body, Shown
from .call import Call

REWRAP = Command("rewrap_personal_data", frozenset({KEEPING}), "以现用主密钥重新加密个人信息")


class UseShown(Shown):
    """What one generation seals."""

    generation: int = Field(description="主密钥的代次。")
    cipher: Cipher = Field(description="加密算法。")
    data: int = Field(description="由它加密的数据项数。")


class KeysShown(Shown):
    """The generations of a service's keys, and what each seals."""

    service: str = Field(description="服务。")
    current: int = Field(description="现用代次：新数据由它加密。")
    cipher: Cipher = Field(description="现用算法。")
    at_hand: tuple[int, ...] = Field(description="设置中的代次，现用的在前。")
    uses: tuple[UseShown, ...] = Field(description="各代次加密了多少数据项。")
    droppable: tuple[int, ...] = Field(description="可以移除的代次：不再有数据需要它。")


class Rewrap(Body):
    """How much to seal anew at once."""

    most: int = Field(default=1000, ge=1, le=5000, description="本次最多处理的行数。")


class Rewrapped(Shown):
    """What was done."""

    rows: int = Field(description="本次重新加密的行数；少于所请求的行数即已处理完。")


@view(KEEPING)
async def keys_shown(read: Read, service: Service) -> KeysShown:
    """Which generations there are, and what each seals."""
    keys, found = read.keys, await uses(read.connection, guarded_in(list(service.tables)))
    needed = {keys.current, *(use.generation for use in found)}
    return KeysShown(
        service=service.name,
        current=keys.current,
        cipher=keys.cipher,
        at_hand=keys.generations,
        uses=tuple(map(UseShown.model_validate, found)),
        droppable=tuple(generation for generation in keys.generations if generation not in needed),
    )


def router(service: Service) -> APIRouter:
    """The doors of who keeps the keys."""
    doors = APIRouter(tags=["密钥"])

    @doors.get("/keys", summary="主密钥代次", response_model=KeysShown)
    async def show_keys(call: Call) -> Response:
        """Which generations of master keys there are, what each seals, and which may be dropped."""
        return await call.show(keys_shown, service)

    @doors.post("/keys/rewrap", summary="重新加密个人信息", response_model=Rewrapped)
    async def rewrap_data(body: Rewrap, call: Call) -> Response:
        """Seal anew, with the current generation and cipher, what an earlier one sealed: a bounded number of rows."""
        places = guarded_in(list(service.tables))

        async def anew(connection: Connection, _: datetime) -> Rewrapped:
            return Rewrapped(rows=await rewrap(connection, places, call.door.keys, body.most))

        return await call.operate(REWRAP, anew)

    return doors
