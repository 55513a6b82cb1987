"""What does a service give to an evidence bundle? Its part, and where the story of an aggregate leads."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from ..deciding import view
from ..evidence.links import named_by, naming
from ..evidence.part import Wanted, part_of
from ..identity.powers import AUDITING
from ..journal.history import Subject
from ..reading import Read
from ..service import Service
from .body import Shown
from .call import Call, json_of

_MOST_SUBJECTS = 64
_MOST_SEALS = 64
_Seal = Annotated[int, Field(ge=0, lt=1 << 62)]

ASubject = Annotated[str, Query(max_length=128, description="对象，如 case/编号。")]


class LinksShown(Shown):
    """Which aggregates one service knows beside one."""

    names: list[str] = Field(description="该对象的事件提及的对象。")
    named_by: list[str] = Field(description="提及该对象的本服务对象。")


class PartShown(Shown):
    """The part of one service."""

    part: dict[str, Any] = Field(description="事件、日志、包含证明、链首与见证。")
    key: str = Field(description="签名公钥，十六进制。")
    signature: str = Field(description="对该部分的签名，十六进制。")
    attachments: dict[str, str] = Field(description="附件，按文件名。")


@view(AUDITING)
async def links_shown(read: Read, service: Service, subject: str) -> LinksShown:
    """Where the story of an aggregate leads from here."""
    about, tables = Subject.read(subject), tuple(service.tables)
    return LinksShown(
        names=sorted(await named_by(read.connection, service.name, about)),
        named_by=sorted(await naming(read.connection, tables, about)),
    )


@view(AUDITING)
async def part_shown(read: Read, service: Service, source: str, wanted: Wanted) -> Response:
    """The service's part of an evidence bundle."""
    for subject in wanted.subjects:
        Subject.read(subject)
    shown = PartShown.model_validate(await part_of(read, wanted, source, service.attaches))
    return Response(json_of(shown), media_type="application/json")


def router(service: Service) -> APIRouter:
    """The doors to a service's evidence."""
    doors = APIRouter(tags=["审计"])

    @doors.get("/evidence", summary="证据：本服务的部分", response_model=PartShown)
    async def give_part(
        call: Call,
        request: Request,
        subject: Annotated[
            list[str], Query(min_length=1, max_length=_MOST_SUBJECTS, description="对象，如 case/编号；首个为主。")
        ],
        through: Annotated[
            list[_Seal] | None, Query(max_length=_MOST_SEALS, description="其他服务见证过的封存序号，须连入证明。")
        ] = None,
        seen: Annotated[
            list[str] | None,
            Query(max_length=_MOST_SEALS, description="要出示的见证链首，如 notify:12；不填为最新。"),
        ] = None,
    ) -> Response:
        """Events and journal rows of these aggregates, each with its proof, signed."""
        wanted = Wanted(subject, through or (), seen or ())
        return await call.show(part_shown, service, request.app.state.door.speaker.urn, wanted)

    @doors.get("/evidence/links", summary="证据：关联对象", response_model=LinksShown)
    async def list_links(call: Call, subject: ASubject) -> Response:
        """Which aggregates the story of one leads to."""
        return await call.show(links_shown, service, subject)

    return doors
