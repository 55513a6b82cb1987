"""Escrow through the doors: numbers sealed to custodians before any is revealed, opened when one is withheld."""

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from expert_svc.draws.reactions import LAPSES
from shenguan_contracts.duties import Duty
from shenguan_contracts.notify import ObligationDeemed

from .conftest import CONTRIBUTORS, CUSTODIANS, Hall


async def escrowed(hall: Hall, *, until: str = "escrow") -> dict[str, Any]:
    """A draw with escrow whose contributors did everything up to this step, each with the program of its own desk."""
    for office in CUSTODIANS:
        key = (await hall.run("contribute.py", "custodian", f"{office}.key")).split()[2]
        await hall.done(hall.of(office).post("/custodians", json={"key": key}), 201)
    asked = {"custodians": CUSTODIANS, "give_by": hall.in_hours(2), "open_by": hall.in_hours(4)}
    draw = await hall.declared(escrow=asked)
    await hall.fetched(draw, "declaration")
    for office in CONTRIBUTORS:
        promised = (await hall.run("contribute.py", "number", "declaration.json", office)).split()[2]
        path = f"/draws/{draw['id']}/commitments"
        draw = await hall.done(hall.of(office).post(path, json={"commitment": promised}))
    for office in CONTRIBUTORS if until == "escrow" else ():
        draw = await hall.done(give(hall, draw, office))
    return draw


def give(hall: Hall, draw: dict[str, Any], office: str, of: str = "") -> Any:
    sent = json.loads((hall.folder / f"declaration.{of or office}.escrow.json").read_text(encoding="utf-8"))
    return hall.of(office).post(f"/draws/{draw['id']}/escrows", json=sent)


async def reveal(hall: Hall, draw: dict[str, Any], office: str) -> httpx.Response:
    number = (hall.folder / f"declaration.{office}.number").read_text(encoding="ascii").strip()
    return await hall.of(office).post(f"/draws/{draw['id']}/reveals", json={"number": number})


async def share(hall: Hall, draw: dict[str, Any], office: str, contributor: str) -> httpx.Response:
    lying = json.loads((await hall.fetched(draw, "escrows")).read_text(encoding="utf-8"))
    (hall.folder / "withheld.json").write_text(json.dumps(lying[contributor]), encoding="utf-8")
    words = ("open", "declaration.json", "withheld.json", contributor, f"{office}.key", office)
    told = json.loads(await hall.run("contribute.py", *words))
    return await hall.of(office).post(f"/draws/{draw['id']}/openings", json=told)


def run_out(hall: Hall, draw: dict[str, Any], duty: Duty) -> ObligationDeemed:
    at = hall.house.clock.legal()
    return ObligationDeemed(
        obligation_id=draw["id"],
        duty=duty,
        department="bureau",
        about=f"draw/{draw['id']}",
        due_at=at,
        deemed_at=at,
    )


async def test_with_all_escrows_given_numbers_are_revealed_and_the_certificate_holds(hall: Hall) -> None:
    draw = await escrowed(hall)

    for office in CONTRIBUTORS:
        answer = await reveal(hall, draw, office)
        assert answer.status_code == 200, answer.text

    assert draw["state"] == "escrowed"
    assert answer.json()["state"] == "completed"
    assert "Level 1" in await hall.verdict(draw)


async def test_nothing_is_revealed_before_every_escrow_is_there(hall: Hall) -> None:
    draw = await escrowed(hall, until="commitments")
    await hall.done(give(hall, draw, "fire"))

    early = await reveal(hall, draw, "fire")

    assert (early.status_code, early.json()["code"]) == (409, "step_out_of_turn")


async def test_an_escrow_of_another_office_is_refused_and_its_place_named(hall: Hall) -> None:
    draw = await escrowed(hall, until="commitments")

    refused = await give(hall, draw, "fire", of="market")

    assert (refused.status_code, refused.json()["code"]) == (422, "escrow_inconsistent")
    assert refused.json()["facts"]["place"] == "shares[0].proof"


async def test_a_withheld_number_is_opened_by_two_custodians_after_the_deadline_and_no_sooner(hall: Hall) -> None:
    draw = await escrowed(hall)
    for office in ("bureau", "market"):
        assert (await reveal(hall, draw, office)).status_code == 200

    early = await share(hall, draw, "justice", "fire")
    hall.house.clock.forward(timedelta(hours=3, seconds=1))
    late = await reveal(hall, draw, "fire")
    first = await share(hall, draw, "justice", "fire")
    again = await share(hall, draw, "justice", "fire")
    second = await share(hall, draw, "records", "fire")

    assert (early.status_code, early.json()["code"]) == (409, "step_out_of_turn")
    assert (late.status_code, late.json()["code"]) == (409, "too_late")
    assert (first.status_code, first.json()["state"]) == (200, "opening")
    assert again.status_code == 409
    assert (second.status_code, second.json()["state"]) == (200, "completed"), second.text
    assert "Level 1" in await hall.verdict(draw)


async def test_the_timer_of_reveals_calls_upon_custodians_and_that_of_openings_voids(hall: Hall) -> None:
    draw = await escrowed(hall)
    hall.house.clock.forward(timedelta(hours=3, seconds=1))
    await hall.house.hear(run_out(hall, draw, Duty.DRAW_REVEALS), source="notify")
    called = await hall.shown(draw)
    hall.house.clock.forward(timedelta(hours=1))
    late = await share(hall, draw, "justice", "fire")
    await hall.house.hear(run_out(hall, draw, Duty.DRAW_OPENINGS), source="notify")
    voided = await hall.shown(draw)

    assert called["state"] == "opening"
    assert (late.status_code, late.json()["code"]) == (409, "too_late")
    assert (voided["state"], voided["void_reason"]) == ("voided", LAPSES[Duty.DRAW_OPENINGS][1])
    assert "DrawRevealsMissed" in await hall.names()


async def test_a_number_opened_from_escrow_that_fits_no_commitment_voids_the_draw(hall: Hall) -> None:
    """A contributor bound to one number and escrowed another: whatever it does, there is no panel to choose."""
    draw = await escrowed(hall, until="commitments")
    (hall.folder / "declaration.fire.number").unlink()
    await hall.run("contribute.py", "number", "declaration.json", "fire")
    for office in CONTRIBUTORS:
        draw = await hall.done(give(hall, draw, office))
    for office in ("bureau", "market"):
        await reveal(hall, draw, office)

    refused = await reveal(hall, draw, "fire")
    hall.house.clock.forward(timedelta(hours=3, seconds=1))
    await share(hall, draw, "justice", "fire")
    opened = await share(hall, draw, "audit", "fire")

    assert (refused.status_code, refused.json()["code"]) == (422, "reveal_mismatch")
    assert (opened.json()["state"], opened.json()["panel"]) == ("voided", [])
    assert "不符" in opened.json()["void_reason"]


@pytest.mark.parametrize(
    ("duty", "until"),
    [(Duty.DRAW_COMMITMENTS, "nothing"), (Duty.DRAW_ESCROWS, "commitments"), (Duty.DRAW_REVEALS, "reveals")],
)
async def test_what_is_missing_at_its_deadline_voids_the_draw_visibly(hall: Hall, duty: Duty, until: str) -> None:
    draw = await hall.declared() if until != "commitments" else await escrowed(hall, until=until)
    if until == "reveals":
        for office in CONTRIBUTORS:
            await hall.commit(draw, office, office.encode().ljust(32))

    await hall.house.hear(run_out(hall, draw, duty), source="notify")
    await hall.house.hear(run_out(hall, draw, Duty.DRAW_BEACON), source="notify")
    again = await hall.drawn(purpose=draw["purpose"])

    assert (await hall.shown(draw))["void_reason"] == LAPSES[duty][1]
    assert again["attempt"] == 2
    assert LAPSES[duty][1] in await hall.verdict(again)


async def test_custodians_register_their_own_key_once_and_unknown_ones_are_refused(hall: Hall) -> None:
    key = (await hall.run("contribute.py", "custodian", "a.key")).split()[2]
    unknown = {"custodians": CUSTODIANS, "give_by": hall.in_hours(2), "open_by": hall.in_hours(4)}

    await hall.done(hall.of("justice").post("/custodians", json={"key": key}), 201)
    again = await hall.of("justice").post("/custodians", json={"key": key})
    bad = await hall.of("audit").post("/custodians", json={"key": "01" + "00" * 31})
    body = {"purpose": "survey/0198c0de-0000-7000-8000-000000000001", "pool": "survey", "seats": 1}
    times = {"commit_by": hall.in_hours(1), "reveal_by": hall.in_hours(3), "contributors": CONTRIBUTORS}
    refused = await hall.bureau().post("/draws", json=body | times | {"escrow": unknown})

    assert (again.status_code, again.json()["code"]) == (409, "key_stands")
    assert (bad.status_code, bad.json()["code"]) == (422, "key_unusable")
    assert (refused.status_code, refused.json()["facts"]["departments"]) == (409, ["audit", "records"])
