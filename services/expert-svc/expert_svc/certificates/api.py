"""Where does anyone, without a token, get what is needed to check a draw? (R30)"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from shenguan_chassis.http import Shown, Visit
from shenguan_kernel.lots.programs import census_verifier_source, contributor_source, page_source, verifier_source
from shenguan_kernel.lots.vrf import SUITE

from ..draws.key import ServerKey
from . import views

router = APIRouter(tags=["抽取证书"])

_CERTIFICATE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/json": {"schema": {"type": "object", "description": "抽取证书。"}}}}
}
_DECLARATION: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/json": {"schema": {"type": "object", "description": "抽取公告。"}}}}
}
_POOL: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            "application/json": {
                "schema": {"type": "array", "items": {"type": "object"}, "description": "专家库快照。"}
            }
        }
    }
}
_PAGE: dict[int | str, dict[str, Any]] = {200: {"content": {"text/html": {"schema": {"type": "string"}}}}}
_DOCUMENT: dict[int | str, dict[str, Any]] = {
    200: {"content": {views.DOCX: {"schema": {"type": "string", "format": "binary"}}}}
}
_PROGRAM: dict[int | str, dict[str, Any]] = {200: {"content": {"text/x-python": {"schema": {"type": "string"}}}}}


class PublicKey(Shown):
    """抽取公钥."""

    suite: str = Field(description="RFC 9381 算法套件。")
    public_key: str = Field(description="公钥，十六进制；核验时以 --key 给出。")


@router.get("/draws/{draw}/certificate", summary="抽取证书", responses=_CERTIFICATE)
async def certificate(draw: UUID, visit: Visit) -> Response:
    """The certificate of a draw: numbers instead of names, so it is public."""
    return await visit.show(views.certificate_file, draw)


@router.get("/draws/{draw}/certificate.html", summary="抽取证书打印页", responses=_PAGE)
async def certificate_page(draw: UUID, visit: Visit) -> Response:
    """The certificate for a printer; its QR code carries the file's hash."""
    return await visit.show(views.certificate_page, draw)


@router.get("/draws/{draw}/certificate.docx", summary="抽取证书打印文档", responses=_DOCUMENT)
async def certificate_document(draw: UUID, visit: Visit) -> Response:
    """The same as a document of an office program."""
    return await visit.show(views.certificate_document, draw)


@router.get("/draws/{draw}/declaration", summary="抽取公告", responses=_DECLARATION)
async def declaration(draw: UUID, visit: Visit) -> Response:
    """What an open draw (levels 1 and 2) published before any randomness was known."""
    return await visit.show(views.declaration_file, draw)


@router.get("/draws/{draw}/escrows", summary="托管文件", responses=_DECLARATION)
async def escrows(draw: UUID, visit: Visit) -> Response:
    """By contributor, what lies in escrow: anyone can check it, and no single custodian can open it (R30)."""
    return await visit.show(views.escrow_files, draw)


@router.get("/draws/{draw}/pool", summary="公告所附专家库快照", responses=_POOL)
async def pool(draw: UUID, visit: Visit) -> Response:
    """Among whom an open draw is held: numbers instead of names."""
    return await visit.show(views.pool_file, draw)


@router.get("/verify_draw.py", summary="核验程序", responses=_PROGRAM)
async def verifier() -> Response:
    """One file of standard-library Python that checks a certificate offline."""
    headers = {"Content-Disposition": 'attachment; filename="verify_draw.py"'}
    return Response(verifier_source(), 200, headers, "text/x-python; charset=utf-8")


@router.get("/verify_draw.html", summary="核验页", responses=_PAGE)
async def verifying_page() -> Response:
    """One file that checks a certificate in a browser, with or without a network."""
    headers = {"Content-Disposition": 'inline; filename="verify_draw.html"'}
    return Response(page_source(), 200, headers, "text/html; charset=utf-8")


@router.get("/verify_census.py", summary="长名录核验程序", responses=_PROGRAM)
async def census_verifier() -> Response:
    """For draws from a list too long to print; needs `verify_draw.py` beside it."""
    headers = {"Content-Disposition": 'attachment; filename="verify_census.py"'}
    return Response(census_verifier_source(), 200, headers, "text/x-python; charset=utf-8")


@router.get("/contribute.py", summary="随机数提供程序", responses=_PROGRAM)
async def contributor() -> Response:
    """One file of standard-library Python that makes a contributor's number and its commitment."""
    headers = {"Content-Disposition": 'attachment; filename="contribute.py"'}
    return Response(contributor_source(), 200, headers, "text/x-python; charset=utf-8")


@router.get("/draw-key", summary="抽取公钥")
async def key(server: ServerKey) -> PublicKey:
    """The key that this server's certificates must name."""
    return PublicKey(suite=SUITE, public_key=server.public.hex())
