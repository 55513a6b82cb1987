"""How does anyone get the certificate of a draw?"""

from __future__ import annotations

import json
from asyncio import to_thread
from uuid import UUID

from fastapi import Response

from shenguan_chassis.deciding import public
from shenguan_chassis.journal.history import Subject
from shenguan_chassis.reading import Read
from shenguan_chassis.refusals import NotFound

from ..draws.views import certificate_of, declaration_of, escrows_of
from .paper import page
from .printing import printed

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@public
async def certificate_file(read: Read, draw: UUID) -> Response:
    """The file, byte for byte: `verify_draw.py` and the event's hash both hold against it."""
    certificate = await certificate_of(read, draw)
    headers = {"ETag": f'"{certificate.hash}"', "Content-Disposition": f'attachment; filename="draw-{draw}.json"'}
    return Response(certificate.text.encode(), 200, headers, "application/json")


@public
async def certificate_page(read: Read, draw: UUID) -> Response:
    """The certificate for a printer, as a page."""
    certificate = await certificate_of(read, draw)
    return Response(page(printed(json.loads(certificate.text), certificate.hash)), media_type="text/html")


@public
async def certificate_document(read: Read, draw: UUID) -> Response:
    """The certificate for a printer, as a document; made in a thread, for it takes a while."""
    from .document import document  # its library takes 7 MB, for a print a week

    certificate = await certificate_of(read, draw)
    written = await to_thread(document, printed(json.loads(certificate.text), certificate.hash))
    headers = {"Content-Disposition": f'attachment; filename="draw-{draw}.docx"'}
    return Response(written, 200, headers, DOCX)


@public
async def declaration_file(read: Read, draw: UUID) -> Response:
    """The declaration, byte for byte: T("declared", …) over it is what contributors commit to."""
    return Response((await declaration_of(read, draw)).declaration.encode(), media_type="application/json")


@public
async def escrow_files(read: Read, draw: UUID) -> Response:
    """The escrows of a draw as their custodians' program reads them."""
    texts = await escrows_of(read, draw)
    members = ",".join(f"{json.dumps(name)}:{text}" for name, text in sorted(texts.items()))
    return Response(f"{{{members}}}".encode(), media_type="application/json")


@public
async def pool_file(read: Read, draw: UUID) -> Response:
    """The snapshot, byte for byte: T("pool", …) over it stands in the declaration."""
    return Response((await declaration_of(read, draw)).pool.encode(), media_type="application/json")


async def certificate_attached(read: Read, draw: Subject) -> dict[str, str]:
    """What an evidence bundle says of a draw: its certificate, if it was drawn."""
    try:
        certificate = await certificate_of(read, draw.id)
    except NotFound:
        return {}
    return {f"draw-{draw.id}.json": certificate.text}
