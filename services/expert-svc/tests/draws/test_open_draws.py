"""Draws of levels 1 and 2 through their doors: every step in its turn, before its deadline, by who may take it."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from expert_svc.app import service
from shenguan_chassis.testing.house import House, OpenHouse
from shenguan_kernel.lots import chain
from shenguan_kernel.lots.encoding import Hashing, tagged
from shenguan_kernel.roles import Role

CONTRIBUTORS = ("bureau", "fire", "market")
NUMBERS = {name: bytes([place]) * 32 for place, name in enumerate(CONTRIBUTORS)}


@pytest.fixture
async def house(open_house: OpenHouse) -> House:
    """A house with four survey experts of two departments."""
    house = await open_house(service)
    for department in ("fire", "fire", "market", "market"):
        nominee = {"pool": "survey", "department": department, "fields": ["消防"], "qualifications": ["高级工程师"]}
        assert (await bureau(house).post("/experts", json=nominee)).status_code == 201
    return house


def bureau(house: House, person: str = "") -> httpx.AsyncClient:
    return house.http(Role.REVIEWER, department="bureau", person=person)


def of(house: House, contributor: str) -> httpx.AsyncClient:
    if contributor == "bureau":
        return bureau(house)
    return house.http(Role.LIAISON_LEAD, department=contributor)


def in_hours(house: House, hours: float) -> str:
    return (house.clock.legal() + timedelta(hours=hours)).isoformat()


async def declared(house: House, **changes: Any) -> dict[str, Any]:
    body = {
        "purpose": f"survey/{uuid4()}",
        "pool": "survey",
        "seats": 2,
        "per_department": 1,
        "contributors": list(CONTRIBUTORS),
        "commit_by": in_hours(house, 1),
        "reveal_by": in_hours(house, 2),
    }
    answer = await bureau(house).post("/draws", json=body | changes)
    assert answer.status_code == 201, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


def lottery(house: House) -> dict[str, Any]:
    return {"kind": "lottery", "source": "福彩双色球", "round": "2026024", "due": in_hours(house, 3)}


async def commit(house: House, draw: dict[str, Any], contributor: str) -> httpx.Response:
    promised = chain.commitment(
        Hashing.SHA256, bytes.fromhex(draw["declaration_hash"]), contributor, NUMBERS[contributor]
    )
    body = {"commitment": promised.hex()}
    return await of(house, contributor).post(f"/draws/{draw['id']}/commitments", json=body)


async def reveal(house: House, draw: dict[str, Any], contributor: str, **changes: str) -> httpx.Response:
    body = {"number": NUMBERS[contributor].hex()} | changes
    return await of(house, contributor).post(f"/draws/{draw['id']}/reveals", json=body)


async def read(house: House, draw: dict[str, Any], value: str, person: str) -> httpx.Response:
    return await bureau(house, person).post(f"/draws/{draw['id']}/beacon", json={"value": value})


async def all_of(house: House, draw: dict[str, Any], give: Callable[..., Any]) -> dict[str, Any]:
    """Every contributor takes a step; the draw after the last one."""
    answers = [await give(house, draw, contributor) for contributor in CONTRIBUTORS]
    assert [answer.status_code for answer in answers] == [200] * 3, answers[-1].text
    last: dict[str, Any] = answers[-1].json()
    return last


async def verdict(house: House, draw: dict[str, Any], folder: Path) -> str:
    """What the verifier that a stranger fetched says of the certificate."""
    program, file = folder / "verify_draw.py", folder / "certificate.json"
    program.write_bytes((await house.stranger().get("/verify_draw.py")).content)
    file.write_bytes((await house.stranger().get(f"/draws/{draw['id']}/certificate")).content)
    command = [sys.executable, "-I", "-S", str(program), str(file)]
    run = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, encoding="utf-8")
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


async def test_a_draw_of_level_one_goes_from_declaration_to_panel_by_its_contributors(
    house: House, tmp_path: Path
) -> None:
    draw = await declared(house)

    committed = await all_of(house, draw, commit)
    completed = await all_of(house, draw, reveal)

    assert (draw["state"], draw["assurance_level"], draw["panel"]) == ("declared", 1, [])
    assert committed["state"] == "committed"
    assert (completed["state"], len(completed["panel"])) == ("completed", 2)
    assert "Level 1" in await verdict(house, draw, tmp_path)
    said = [event.type.rsplit(".", 2)[-2] for event in await house.said() if event.subject.startswith("draw/")]
    assert said == [
        "DrawDeclared",
        *["DrawNumberCommitted"] * 3,
        "DrawCommitted",
        *["DrawNumberRevealed"] * 3,
        "DrawRevealed",
        "DrawCompleted",
    ]


async def test_what_contributors_commit_to_is_public_before_any_number_is(house: House) -> None:
    draw = await declared(house)

    declaration = (await house.stranger().get(f"/draws/{draw['id']}/declaration")).content
    pool = (await house.stranger().get(f"/draws/{draw['id']}/pool")).content

    assert tagged(Hashing.SHA256, "declared", declaration).hex() == draw["declaration_hash"]
    assert tagged(Hashing.SHA256, "pool", pool).hex() == json.loads(declaration)["pool"]["digest"]
    assert (await house.stranger().get(f"/draws/{draw['id']}/certificate")).status_code == 404


async def test_a_draw_of_level_two_waits_for_a_value_that_two_people_read(house: House, tmp_path: Path) -> None:
    draw = await declared(house, beacon=lottery(house))
    await all_of(house, draw, commit)
    revealed = await all_of(house, draw, reveal)

    early = await read(house, draw, "3 7 12", "anna")
    house.clock.forward(timedelta(hours=4))
    first = await read(house, draw, "3 7 12", "anna")
    alone = await read(house, draw, "3 7 12", "anna")
    other = await read(house, draw, "3 7 13", "bert")
    second = await read(house, draw, "3 7 12", "bert")

    assert (revealed["state"], revealed["panel"]) == ("revealed", [])
    assert (early.status_code, early.json()["code"]) == (409, "beacon_too_early")
    assert (first.status_code, first.json()["state"]) == (200, "revealed")
    assert (alone.status_code, alone.json()["code"]) == (403, "same_reader")
    assert (other.status_code, other.json()["code"]) == (409, "readings_differ")
    assert (second.json()["state"], len(second.json()["panel"])) == ("completed", 2)
    assert "Level 2" in await verdict(house, draw, tmp_path)


async def test_an_office_makes_its_number_with_one_file_that_the_server_never_sees(
    house: House, tmp_path: Path
) -> None:
    draw = await declared(house)
    program, declaration = tmp_path / "contribute.py", tmp_path / "declaration.json"
    program.write_bytes((await house.stranger().get("/contribute.py")).content)
    declaration.write_bytes((await house.stranger().get(f"/draws/{draw['id']}/declaration")).content)
    command = [sys.executable, "-I", "-S", str(program), "number", str(declaration), "fire"]

    made = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, encoding="utf-8")
    again = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, encoding="utf-8")
    stranger = await asyncio.to_thread(subprocess.run, [*command[:-1], "health"], capture_output=True)

    kept = tmp_path / "declaration.fire.number"
    promised = made.stdout.split()[2]
    path = f"/draws/{draw['id']}"
    assert (made.returncode, again.returncode, stranger.returncode) == (0, 2, 2)
    assert kept.stat().st_mode & 0o077 == 0
    assert (await of(house, "fire").post(f"{path}/commitments", json={"commitment": promised})).status_code == 200
    for other in ("bureau", "market"):
        assert (await commit(house, draw, other)).status_code == 200
    revealed = await of(house, "fire").post(f"{path}/reveals", json={"number": kept.read_text().strip()})
    assert revealed.status_code == 200


async def test_nothing_is_revealed_before_everybody_is_bound(house: House) -> None:
    draw = await declared(house)
    await commit(house, draw, "fire")

    refused = await reveal(house, draw, "fire")

    assert (refused.status_code, refused.json()["code"]) == (409, "step_out_of_turn")


async def test_a_commitment_is_given_once_in_time_and_by_a_declared_contributor(house: House) -> None:
    draw = await declared(house)
    await commit(house, draw, "fire")

    again = await commit(house, draw, "fire")
    stranger = await house.http(Role.LIAISON_LEAD, department="health").post(
        f"/draws/{draw['id']}/commitments", json={"commitment": "00" * 32}
    )
    house.clock.forward(timedelta(hours=1, seconds=1))
    late = await commit(house, draw, "market")

    assert (again.status_code, again.json()["code"]) == (409, "already_given")
    assert stranger.status_code == 404
    assert (late.status_code, late.json()["code"]) == (409, "too_late")


async def test_contributors_who_send_at_once_are_all_counted(house: House) -> None:
    draw = await declared(house)

    committed = await asyncio.gather(*(commit(house, draw, one) for one in CONTRIBUTORS))
    revealed = await asyncio.gather(*(reveal(house, draw, one) for one in CONTRIBUTORS))

    assert [answer.status_code for answer in [*committed, *revealed]] == [200] * 6
    assert (await bureau(house).get(f"/draws/{draw['id']}")).json()["state"] == "completed"


async def test_a_number_that_does_not_fit_its_commitment_is_refused(house: House) -> None:
    draw = await declared(house)
    await all_of(house, draw, commit)

    refused = await reveal(house, draw, "fire", number="ee" * 32)

    assert (refused.status_code, refused.json()["code"]) == (422, "reveal_mismatch")


async def test_a_withheld_number_leaves_only_a_void_that_every_later_certificate_shows(
    house: House, tmp_path: Path
) -> None:
    draw = await declared(house)
    await all_of(house, draw, commit)
    await reveal(house, draw, "bureau")
    house.clock.forward(timedelta(hours=3))

    late = await reveal(house, draw, "fire")
    head = house.http(Role.BUREAU_HEAD, department="bureau")
    void = await head.post(f"/draws/{draw['id']}/void", json={"reason": "一方逾期未公开"})
    second = await declared(house, purpose=draw["purpose"])
    await all_of(house, second, commit)
    await all_of(house, second, reveal)

    assert (late.status_code, late.json()["code"]) == (409, "too_late")
    assert void.json()["state"] == "voided"
    assert second["attempt"] == 2
    assert "一方逾期未公开" in await verdict(house, second, tmp_path)


async def test_a_pool_that_changes_after_the_declaration_changes_nothing(house: House) -> None:
    draw = await declared(house)
    nominee = {"pool": "survey", "department": "health", "fields": ["消防"], "qualifications": ["高级工程师"]}
    await bureau(house).post("/experts", json=nominee)

    await all_of(house, draw, commit)
    completed = await all_of(house, draw, reveal)

    certificate = (await house.stranger().get(f"/draws/{draw['id']}/certificate")).json()
    assert completed["state"] == "completed"
    assert len(certificate["pool"]) == 4


async def test_two_contributors_are_no_level(house: House) -> None:
    body = {
        "purpose": f"survey/{uuid4()}",
        "pool": "survey",
        "seats": 1,
        "contributors": ["bureau", "fire"],
        "commit_by": in_hours(house, 1),
        "reveal_by": in_hours(house, 2),
    }

    refused = await bureau(house).post("/draws", json=body)

    assert (refused.status_code, refused.json()["code"]) == (422, "contributors_insufficient")
