"""Which incoming documents may an office see? Its own, and those that were passed on to it."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from shenguan_chassis.deciding import view
from shenguan_chassis.http import Shown
from shenguan_chassis.listing import Asked, Between, Listing, Page, Same, Search
from shenguan_chassis.reading import Read
from shenguan_contracts.types import DepartmentCode

from ..roles import READERS
from .rules import ForwardingState, PolicyDocument
from .store import documents


class ForwardingView(Shown):
    """抄告情况 of one recipient."""

    recipient: str
    state: ForwardingState
    forwarded_at: datetime | None
    acknowledged_at: datetime | None


class DocumentView(Shown):
    """上级文件."""

    id: UUID
    version: int
    department: str
    title: str
    document_no: str | None
    superior: str
    issued_on: date | None
    received_at: datetime
    registered_at: datetime
    forwardings: tuple[ForwardingView, ...]


DOCUMENTS = Listing(
    "documents",
    select(documents),
    shows=DocumentView,
    filters=[
        Same("department", "收文单位代码", DepartmentCode),
        Same("document_no", "文号"),
        Between("received_at", "收文时间"),
    ],
    sorts=["id", "received_at"],
    search=Search("title", "文件标题"),
)


@view(*READERS)
async def document_shown(read: Read, document_id: UUID) -> DocumentView:
    """One document; raises NotFound."""
    return DocumentView.model_validate(await read.get(PolicyDocument, document_id))


@view(*READERS)
async def documents_listed(read: Read, wanted: Asked) -> Page[DocumentView]:
    """The documents, the oldest first unless another order is asked for."""
    return await DOCUMENTS.page(read, wanted)
