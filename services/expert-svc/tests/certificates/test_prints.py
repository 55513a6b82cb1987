"""A certificate on paper: what it says, and that its QR code leads to the file."""

import re
from hashlib import sha256
from io import BytesIO
from typing import Any
from uuid import uuid4

import httpx
import pytest
import segno
from docx import Document

from expert_svc.app import service
from expert_svc.certificates.document import document
from expert_svc.certificates.paper import code, page, picture
from expert_svc.certificates.printing import code_of, printed
from shenguan_chassis.testing.house import House, OpenHouse
from shenguan_kernel.lots.programs import census_verifier_source, page_source
from shenguan_kernel.roles import Role


@pytest.fixture
async def house(open_house: OpenHouse) -> House:
    """A house with three survey experts of three departments."""
    house = await open_house(service)
    for department in ("fire", "market", "health"):
        nominee = {"pool": "survey", "department": department, "fields": ["消防"], "qualifications": ["高级工程师"]}
        assert (await reviewer(house).post("/experts", json=nominee)).status_code == 201
    return house


def reviewer(house: House) -> httpx.AsyncClient:
    return house.http(Role.REVIEWER, department="bureau")


async def second_draw(house: House) -> dict[str, Any]:
    """The draw of a purpose whose first panel was voided."""
    body = {"purpose": f"survey/{uuid4()}", "pool": "survey", "seats": 2, "per_department": 1}
    first = (await reviewer(house).post("/draws", json=body)).json()
    head = house.http(Role.BUREAU_HEAD, department="bureau")
    assert (await head.post(f"/draws/{first['id']}/void", json={"reason": "<有亲属关系>"})).status_code == 200
    answer = await reviewer(house).post("/draws", json=body)
    assert answer.status_code == 201, answer.text
    draw: dict[str, Any] = answer.json()
    return draw


async def test_the_document_opens_and_shows_panel_level_and_earlier_attempts(house: House) -> None:
    draw = await second_draw(house)

    answer = await house.stranger().get(f"/draws/{draw['id']}/certificate.docx")

    paper = Document(BytesIO(answer.content))
    said = "\n".join(
        [paragraph.text for paragraph in paper.paragraphs]
        + [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    )
    assert "零级：仅由服务器 VRF 证明" in said
    assert "本次为第 2 次抽取，此前 1 次" in said
    assert "<有亲属关系>" in said
    assert all(expert in said for expert in draw["panel"])


async def test_the_code_on_the_document_carries_the_hash_of_the_file(house: House) -> None:
    draw = await second_draw(house)
    file = (await house.stranger().get(f"/draws/{draw['id']}/certificate")).content

    paper = Document(BytesIO((await house.stranger().get(f"/draws/{draw['id']}/certificate.docx")).content))

    pictures = [part.blob for part in paper.part.package.iter_parts() if part.content_type == "image/png"]
    text = code_of(draw["id"], sha256(file).hexdigest())
    assert pictures == [picture(text)]
    assert sha256(file).hexdigest() in text
    assert "/expert/v1/verify_draw.html" in text


async def test_the_page_carries_the_same_code_and_runs_nothing(house: House) -> None:
    draw = await second_draw(house)
    file = (await house.stranger().get(f"/draws/{draw['id']}/certificate")).content

    page = await house.stranger().get(f"/draws/{draw['id']}/certificate.html")

    assert modules(page.text) == [list(map(bool, row)) for row in expected(draw["id"], file).matrix]
    assert "default-src 'none'" in page.text
    assert "<script" not in page.text
    assert "&lt;有亲属关系&gt;" in page.text


def expected(draw: str, file: bytes) -> segno.QRCode:
    """The code that the print must show."""
    return segno.make(code_of(draw, sha256(file).hexdigest()), error="q", micro=False, boost_error=False)


def modules(page: str) -> list[list[bool]]:
    """The dark modules of the drawn code, without its quiet zone, read from its path as a pen would draw it."""
    path = re.search(r'<path[^>]* d="([^"]+)"', page)
    assert path is not None
    dark, at_x, at_y = set[tuple[int, int]](), 0.0, 0.0
    for command, numbers in re.findall(r"([Mmh])([-0-9. ]+)", path[1]):
        values = [float(number) for number in re.findall(r"-?[0-9.]+", numbers)]
        if command == "h":
            dark |= {(int(at_x) + step, int(at_y)) for step in range(int(values[0]))}
            at_x += values[0]
        else:
            at_x, at_y = (values[0], values[1]) if command == "M" else (at_x + values[0], at_y + values[1])
    left, top = min(x for x, _ in dark), min(y for _, y in dark)
    size = max(x for x, _ in dark) - left + 1
    return [[(left + x, top + y) in dark for x in range(size)] for y in range(size)]


def a_certificate(**changes: Any) -> dict[str, Any]:
    """What a print reads of a certificate."""
    declared = {
        "draw": "draw-1",
        "purpose": "survey/1",
        "attempt": 1,
        "declared_at": "2026-03-02T01:00:00Z",
        "assurance_level": 2,
        "panels": "3",
        "pool": {"count": 3},
        "ineligible": [],
        "contributors": ["bureau", "fire", "water"],
        "beacon": {"source": "福彩双色球", "round": "2026024", "kind": "lottery", "due": "2026-03-02T04:00:00Z"},
        "inclusion": [{"candidates": ["e-000001", "e-000002", "e-000003"], "probability": "2/3"}],
        "rule": {
            "seats": 2,
            "per_department": 1,
            "minimums": [{"of": "field", "name": "消防", "count": 1}],
            "excluded_departments": ["water"],
            "recusals": [],
            "load_limit": 3,
            "cooling_off": "2026-02-21",
        },
    }
    pool = [{"id": f"e-00000{number}", "department": f"d{number}"} for number in (1, 2, 3)]
    whole = {
        "declaration": declared,
        "pool": pool,
        "panel": ["e-000001", "e-000002"],
        "beacon": "3 7 12",
        "earlier": [],
        "replacements": [{"candidate": "e-000001", "ground": "declined", "replacement": "e-000003"}],
    }
    return whole | changes


def test_a_print_shows_replacements_and_who_sits_on_the_panel_now() -> None:
    said = page(printed(a_certificate(), "00" * 32)).decode()

    assert "e-000002、e-000003" in said
    assert "谢绝" in said
    assert "福彩双色球 第 2026024 期：3 7 12" in said


@pytest.mark.parametrize(("level", "said"), [(0, "试算过多份公告"), (1, "只要其中一方诚实"), (2, "公共随机值")])
def test_a_print_calls_its_level_no_more_than_it_is(level: int, said: str) -> None:
    certificate = a_certificate()
    certificate["declaration"]["assurance_level"] = level

    paper = Document(BytesIO(document(printed(certificate, "00" * 32))))

    assert said in page(printed(certificate, "00" * 32)).decode()
    assert any(said in paragraph.text for paragraph in paper.paragraphs)


def test_the_code_survives_dirt() -> None:
    assert code("A" * 150).error == "Q"


async def test_the_verification_page_is_served_to_everyone_as_it_is_shipped(house: House) -> None:
    answer = await house.stranger().get("/verify_draw.html")
    program = await house.stranger().get("/verify_census.py")

    assert answer.content == page_source()
    assert answer.headers["content-type"].startswith("text/html")
    assert program.content == census_verifier_source()
