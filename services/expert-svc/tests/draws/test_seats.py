"""Seats through the doors: who declines or does not come is replaced by a lot that the grown certificate proves."""

import json
from typing import Any

from shenguan_kernel.lots.vrf import VrfKey
from shenguan_kernel.roles import Role

from .conftest import Hall

SEED = bytes(range(32))


def post(hall: Hall, draw: dict[str, Any], what: str, person: str, **body: Any) -> Any:
    return hall.bureau(person).post(f"/draws/{draw['id']}/{what}", json=body)


async def test_two_witnesses_of_a_decline_seat_another_expert_and_the_certificate_grows(hall: Hall) -> None:
    draw = await hall.drawn()
    leaving = draw["panel"][0]

    first = await hall.done(post(hall, draw, "declines", "anna", expert=leaving))
    alone = await post(hall, draw, "declines", "anna", expert=leaving)
    second = await hall.done(post(hall, draw, "declines", "bert", expert=leaving))

    assert (first["panel"], first["vacant"]) == (draw["panel"], leaving)
    assert (alone.status_code, alone.json()["code"]) == (403, "same_witness")
    assert leaving not in second["panel"]
    assert (len(second["panel"]), second["replacements"], second["vacant"]) == (2, 1, None)
    assert second["certificate_hash"] != draw["certificate_hash"]
    told = await hall.verdict(draw)
    assert draw["certificate_hash"] in told
    assert f"{leaving} declined" in told
    assert (await hall.names())[-3:] == ["SeatVacancyReported", "ExpertDeclined", "ExpertReplaced"]


async def test_a_decline_that_the_expert_signed_needs_no_witness(hall: Hall) -> None:
    key = VrfKey(SEED).public.hex()
    for expert in (await hall.done(hall.bureau().get("/experts")))["items"]:
        path = f"/experts/{expert['id']}/signing-key"
        await hall.done(hall.bureau().post(path, json={"public_key": key}))
    draw = await hall.declared(seats=2)
    for office in draw["contributors"]:
        await hall.commit(draw, office, office.encode().ljust(32))
    for office in draw["contributors"]:
        body = {"number": office.encode().ljust(32).hex()}
        draw = await hall.done(hall.of(office).post(f"/draws/{draw['id']}/reveals", json=body))
    await hall.fetched(draw, "declaration")
    (hall.folder / "expert.key").write_text(SEED.hex(), encoding="ascii")
    leaving = draw["panel"][1]
    signed = (await hall.run("contribute.py", "decline", "declaration.json", leaving, "expert.key")).split()[2]

    forged = await post(hall, draw, "declines", "anna", expert=draw["panel"][0], signature=signed)
    replaced = await hall.done(post(hall, draw, "declines", "anna", expert=leaving, signature=signed))

    assert (forged.status_code, forged.json()["code"]) == (422, "signature_mismatch")
    assert (replaced["replacements"], leaving in replaced["panel"]) == (1, False)
    assert "THE CERTIFICATE HOLDS" in await hall.verdict(draw)


async def test_an_absence_is_reported_by_two_of_the_competent_department_and_by_no_other(hall: Hall) -> None:
    draw = await hall.drawn(minimums=[{"of": "department", "name": "fire"}])
    absent = next(one for one in draw["panel"] if one not in ("e-000001", "e-000002"))
    fire = [hall.house.http(Role.INSPECTOR, department="fire", person=name) for name in ("anna", "bert")]
    other = await hall.shown(draw)
    path, body = f"/draws/{draw['id']}/absences", {"expert": absent}

    of_expert = next(one for one in other["departments"] if one != "fire")
    refused = await hall.of(of_expert).post(path, json=body)
    stranger = await hall.of("education").post(path, json=body)
    first = await hall.done(fire[0].post(path, json=body))
    second = await hall.done(fire[1].post(path, json=body))

    assert (refused.status_code, refused.json()["code"]) == (403, "not_for_you_to_report")
    assert stranger.status_code == 404
    assert (first["replacements"], second["replacements"]) == (0, 1)
    assert absent not in second["panel"]
    assert "ExpertMissed" in await hall.names()
    assert f"{absent} no_show" in await hall.verdict(draw)


async def test_load_and_rest_follow_the_panel_that_stands(hall: Hall) -> None:
    draw = await hall.drawn(seats=1)
    leaving = draw["panel"][0]
    for person in ("anna", "bert"):
        replaced = await hall.done(post(hall, draw, "declines", person, expert=leaving))
    await hall.drawn(seats=1)

    pool = {
        one["id"]: one
        for one in json.loads((await hall.fetched(await hall.drawn(seats=1), "certificate")).read_bytes())["pool"]
    }
    (seated,) = replaced["panel"]

    assert pool[seated]["load"] >= 1
    assert pool[seated]["last_drawn"] is not None
    assert sum(one["load"] for one in pool.values()) == 2

    await hall.done(hall.bureau().post(f"/draws/{draw['id']}/release"))
    later = json.loads((await hall.fetched(await hall.drawn(seats=1), "certificate")).read_bytes())["pool"]

    assert sum(one["load"] for one in later) == 2
    assert {one["id"]: one["last_drawn"] for one in later}[seated] is not None


async def test_who_is_on_no_panel_cannot_leave_it_and_a_voided_panel_has_no_seats(hall: Hall) -> None:
    draw = await hall.drawn()
    outside = next(f"e-00000{n}" for n in range(1, 7) if f"e-00000{n}" not in draw["panel"])

    unseated = await post(hall, draw, "declines", "anna", expert=outside)
    await hall.done(hall.bureau(role=Role.BUREAU_HEAD).post(f"/draws/{draw['id']}/void", json={"reason": "撤销勘验"}))
    voided = await post(hall, draw, "declines", "anna", expert=draw["panel"][0])
    released = await hall.bureau().post(f"/draws/{draw['id']}/release")

    assert (unseated.status_code, unseated.json()["code"]) == (409, "not_seated")
    assert (voided.status_code, voided.json()["code"]) == (409, "panel_not_standing")
    assert released.status_code == 409


async def test_where_nobody_can_take_the_seat_the_draw_is_to_be_voided(hall: Hall) -> None:
    draw = await hall.drawn(seats=5)
    leaving = next(one for one in draw["panel"] if one not in ("e-000001", "e-000002"))
    await hall.done(post(hall, draw, "declines", "anna", expert=leaving))

    refused = await post(hall, draw, "declines", "bert", expert=leaving)

    assert (refused.status_code, refused.json()["code"]) == (409, "nobody_to_replace")


async def test_members_are_evaluated_by_two_of_one_office_and_marks_stay_off_the_bus(hall: Hall) -> None:
    draw = await hall.drawn()
    member = draw["panel"][0]

    entered = await hall.done(post(hall, draw, "evaluations", "anna", expert=member, score=93, remark="认真"), 201)
    again = await post(hall, draw, "evaluations", "bert", expert=member, score=10)
    own = await hall.bureau("anna").post(f"/evaluations/{entered['id']}/confirm")
    confirmed = await hall.done(hall.bureau("bert").post(f"/evaluations/{entered['id']}/confirm"))
    listed = await hall.done(hall.bureau().get("/evaluations", params={"expert_no": member}))
    elsewhere = await hall.done(hall.of("education").get("/evaluations"))

    assert (again.status_code, again.json()["code"]) == (409, "already_evaluated")
    assert (own.status_code, own.json()["code"]) == (403, "same_evaluator")
    assert (confirmed["state"], confirmed["score"]) == ("confirmed", 93)
    assert [one["score"] for one in listed["items"]] == [93]
    assert elsewhere["items"] == []
    said = [event for event in await hall.house.said() if "Evaluation" in event.type]
    assert len(said) == 2
    assert not any("93" in str(event.data) and "score" in str(event.data) for event in said)
    assert not any(member in str(event.data) or "认真" in str(event.data) for event in said)


async def test_a_campaign_of_redraws_stands_counted_in_the_last_certificate(hall: Hall) -> None:
    draw = await hall.drawn()
    for number in range(1, 6):
        head = hall.bureau(role=Role.BUREAU_HEAD)
        await hall.done(head.post(f"/draws/{draw['id']}/void", json={"reason": f"不满意第{number}次"}))
        draw = await hall.drawn(purpose=draw["purpose"])

    told = await hall.verdict(draw)

    assert "第 6 次 attempt 6" in told
    assert all(f"不满意第{number}次" in told for number in range(1, 6))
