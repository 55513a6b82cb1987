"""What may auditors and operators ask of a service? Whether its journal is whole, and what was set aside."""

from __future__ import annotations

from fastapi import APIRouter, Response

from ..deciding import NotAllowed
from ..journal import verify
from ..reading import Read
from ..service import Service
from .body import Shown
from .call import Call


class ChainShown(Shown):
    """The state of a service's journal chain."""

    service: str
    rows: int
    """How many rows are sealed."""
    head: str
    """Hash over all of them, hex."""
    unsealed: int
    """Rows younger than the newest seal."""
    broken_at: int | None
    """The first number that is not as it was sealed; none if the chain is whole."""


def router(service: Service) -> APIRouter:
    """The operators' doors of a service."""
    doors = APIRouter(tags=["运行与审计"])

    def audited(read: Read) -> None:
        if read.caller is None or not read.caller.roles & service.powers.audits:
            raise NotAllowed(roles=sorted(service.powers.audits))

    async def chain(read: Read) -> ChainShown:
        audited(read)
        verdict = await verify(read.connection)
        rows = await read.connection.fetchval("SELECT count(*) FROM journal")
        return ChainShown(
            service=service.name,
            rows=verdict.head.number,
            head=verdict.head.hash.hex(),
            unsealed=rows - verdict.head.number,
            broken_at=verdict.broken_at,
        )

    @doors.get("/journal/chain", summary="核验日志链")
    async def verify_chain(call: Call) -> Response:
        """Recompute the whole hash chain of this service's journal and tell the first break, if any."""
        return await call.show(chain)

    return doors
