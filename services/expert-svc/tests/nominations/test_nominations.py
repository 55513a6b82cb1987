"""From the opening of a window to experts on the list, through the doors. All people are invented."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from expert_svc.nominations.sub_lists import digest_of
from shenguan_kernel.roles import Role

OpenTown = Callable[[], Awaitable[Any]]
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw().hex()


def done(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_departments_nominate_within_a_window_and_the_bureau_files(town: OpenTown) -> None:
    here = await town()
    window = await here.open(quarantine_days=30)

    sub_list = done(await here.submit(window, "示例甲", "示例乙"), 201)
    filed = await here.file_all()

    said = [event.type.split(".")[-2] for event in await here.house.said()]
    assert (sub_list["members"], sub_list["late"]) == (["e-000001", "e-000002"], False)
    assert sorted(said) == [
        *["ExpertFiled"] * 2, *["ExpertNominated"] * 2, "NominationWindowOpened", "SubListSubmitted",
    ]  # fmt: skip
    assert {one["state"] for one in filed} == {"filed"}
    today = here.house.clock.legal().astimezone().date()
    assert filed[0]["quarantine_until"] > (today + timedelta(days=28)).isoformat()
    assert filed[0]["credentials"][0]["evidence"] == "证书复印件见附件一"


async def test_nothing_personal_of_a_nomination_is_on_the_bus(town: OpenTown, nominee_of: Any) -> None:
    here = await town()
    window = await here.open()
    who = nominee_of("示例甲", remark="其办公室在三楼", education="本科 消防工程", resident_id="37030218800808000X")

    shown = done(await here.submit(window, nominees=[who]), 201)

    said = "".join(str(event) for event in await here.house.said()) + str(shown)
    assert not [part for part in ("示例甲", who["mobile"], "三楼", "本科", "37030218800808000X") if part in said]
    row = await here.house.runtime.pool.fetchrow("SELECT * FROM experts")
    kept = b"".join(part if isinstance(part, bytes) else str(part).encode() for part in row.values())
    assert not [
        part for part in ("示例甲", who["mobile"], "三楼", "本科", "37030218800808000X") if part.encode() in kept
    ]


async def test_what_comes_late_is_taken_and_flagged(town: OpenTown) -> None:
    here = await town()
    window = await here.open()
    here.house.clock.forward(timedelta(days=4))

    sub_list = done(await here.submit(window, "示例甲"), 201)

    (expert,) = await here.experts()
    assert (sub_list["late"], expert["late"]) == (True, True)


async def test_after_the_bureau_closed_the_window_nothing_is_taken(town: OpenTown) -> None:
    here = await town()
    window = await here.open()

    early = await here.bureau.post(f"/nomination-windows/{window['id']}/close")
    here.house.clock.forward(timedelta(days=4))
    closed = done(await here.bureau.post(f"/nomination-windows/{window['id']}/close"))
    refused = await here.submit(window, "示例甲")

    assert (early.status_code, early.json()["code"]) == (409, "window_still_runs")
    assert closed["state"] == "closed"
    assert (refused.status_code, refused.json()["code"]) == (409, "window_closed")
    assert (await here.house.said())[-1].data["missing"] == ["fire", "health"]


async def test_three_surveyors_of_one_department_want_a_reason(town: OpenTown) -> None:
    here = await town()
    window = await here.open()

    refused = await here.submit(window, "示例甲", "示例乙", "示例丙")
    taken = done(await here.submit(window, "示例甲", "示例乙", "示例丙", deviation="辖区企业多，报经同意"), 201)
    filed = await here.file_all()

    assert (refused.status_code, refused.json()["code"]) == (422, "quota_missed")
    assert refused.json()["facts"] == {"count": 3, "least": 1, "most": 2}
    assert taken["deviation"] == "辖区企业多，报经同意"
    assert len(filed) == 3


async def test_a_think_tank_of_one_wants_a_reason_too(town: OpenTown) -> None:
    here = await town()
    window = await here.open()

    refused = await here.submit(window, "示例甲", pool="think_tank")

    assert (refused.status_code, refused.json()["facts"]["least"]) == (422, 2)


async def test_the_same_name_twice_is_named_by_its_line_and_nobody_is_nominated(town: OpenTown) -> None:
    here = await town()
    window = await here.open()

    refused = await here.submit(window, "示例甲", "示 例甲", pool="think_tank")

    (row,) = refused.json()["facts"]["rows"]
    assert (refused.status_code, refused.json()["code"]) == (422, "nominees_wrong")
    assert (row["row"], row["column"], row["code"]) == (2, "姓名", "name_doubled")
    assert "示例甲" not in refused.text
    assert await here.experts() == []


async def test_a_surveyor_without_qualification_is_nominated_and_not_filed_until_qualified(
    town: OpenTown, nominee_of: Any
) -> None:
    here = await town()
    window = await here.open()
    done(await here.submit(window, nominees=[nominee_of("示例甲", qualifications=[])]), 201)
    (waiting,) = await here.experts()
    path = f"/experts/{waiting['id']}"
    past = {"qualifications": [{"name": "注册工程师", "until": "2020-01-01"}]}

    unqualified = await here.bureau.post(f"{path}/file")
    lapsed = await here.bureau.post(f"{path}/qualifications", json=past)
    qualified = await here.bureau.post(f"{path}/qualifications", json={"qualifications": [{"name": "注册工程师"}]})
    filed = done(await here.bureau.post(f"{path}/file"))

    assert (unqualified.status_code, unqualified.json()["code"]) == (422, "qualification_missing")
    assert (lapsed.status_code, lapsed.json()["code"]) == (422, "qualification_past")
    assert (qualified.status_code, filed["state"]) == (200, "filed")


async def test_who_is_returned_is_mended_under_the_same_number_or_drops_out(town: OpenTown, nominee_of: Any) -> None:
    here = await town()
    window = await here.open()
    sub_list = done(await here.submit(window, "示例甲", "示例乙"), 201)
    one, other = await here.experts()
    for expert in (one, other):
        reason = {"reason": "请补充从事领域"}
        done(await here.bureau.post(f"/experts/{expert['id']}/return", json=reason))
    mended = {"pool": "survey", "nominees": [nominee_of("示例甲", fields=["消防", "电气"]), nominee_of("示例丙")]}

    revised = done(await here.office("fire").post(f"/sub-lists/{sub_list['id']}/revise", json=mended))

    states = {expert["expert_no"]: expert["state"] for expert in await here.experts()}
    assert revised["members"] == ["e-000001", "e-000003"]
    assert revised["digest"] != sub_list["digest"]
    assert states == {"e-000001": "nominated", "e-000002": "returned", "e-000003": "nominated"}
    assert (await here.experts())[0]["fields"] == ["消防", "电气"]


async def test_what_is_mended_after_the_closing_instant_was_not_late(town: OpenTown, nominee_of: Any) -> None:
    here = await town()
    sub_list = done(await here.submit(await here.open(), "示例甲"), 201)
    (expert,) = await here.experts()
    done(await here.bureau.post(f"/experts/{expert['id']}/return", json={"reason": "请补充从事领域"}))
    here.house.clock.forward(timedelta(days=4))
    mended = {"pool": "survey", "nominees": [nominee_of("示例甲"), nominee_of("示例乙")]}

    revised = done(await here.office("fire").post(f"/sub-lists/{sub_list['id']}/revise", json=mended))

    assert revised["late"] is False
    assert [one["late"] for one in await here.experts()] == [False, True]
    assert (await here.house.said())[-1].data["late"] is True


async def test_what_stands_on_a_sub_list_stays_when_somebody_is_added(town: OpenTown, nominee_of: Any) -> None:
    here = await town()
    window = await here.open()
    sub_list = done(await here.submit(window, "示例甲"), 201)
    await here.file_all()
    more = {"pool": "survey", "nominees": [nominee_of("示例乙")]}

    again = await here.submit(window, "示例乙")
    revised = done(await here.office("fire").post(f"/sub-lists/{sub_list['id']}/revise", json=more))
    wrong = await here.office("fire").post(f"/sub-lists/{sub_list['id']}/revise", json={**more, "pool": "think_tank"})

    assert (again.status_code, again.json()["code"]) == (409, "already_submitted")
    assert revised["members"] == ["e-000001", "e-000002"]
    assert (wrong.status_code, wrong.json()["code"]) == (422, "other_list")


async def test_a_department_stands_by_its_sub_list_through_a_second_person(town: OpenTown) -> None:
    here = await town()
    sub_list = done(await here.submit(await here.open(), "示例甲"), 201)
    path, confirm = f"/sub-lists/{sub_list['id']}/confirm", {"digest": sub_list["digest"]}
    same = here.house.http(Role.LIAISON_LEAD, department="fire", person="liaison_officer-fire")
    lead = here.office("fire", Role.LIAISON_LEAD)

    officer = await here.office("fire").post(path, json=confirm)
    alone = await same.post(path, json=confirm)
    other = await lead.post(path, json={"digest": "5a" * 32})
    confirmed = done(await lead.post(path, json=confirm))
    again = await lead.post(path, json=confirm)

    assert digest_of(sub_list["content"]) == sub_list["digest"]
    assert [refused.json()["code"] for refused in (officer, alone, other, again)] == [
        "not_allowed", "confirmed_by_its_submitter", "digest_differs", "already_confirmed",
    ]  # fmt: skip
    assert (confirmed["state"], confirmed["manner"]) == ("confirmed", "identity")


async def test_a_department_signs_its_sub_list_with_its_registered_key(town: OpenTown) -> None:
    here = await town()
    sub_list = done(await here.submit(await here.open(), "示例甲"), 201)
    lead, path = here.office("fire", Role.LIAISON_LEAD), f"/sub-lists/{sub_list['id']}/confirm"
    signed = {"digest": sub_list["digest"], "signature": KEY.sign(bytes.fromhex(sub_list["digest"])).hex()}
    forged = {**signed, "signature": Ed25519PrivateKey.generate().sign(bytes.fromhex(sub_list["digest"])).hex()}

    keyless = await lead.post(path, json=signed)
    strange = await lead.post("/signing-keys/health/register", json={"public_key": PUBLIC})
    done(await lead.post("/signing-keys/fire/register", json={"public_key": PUBLIC}))
    wrong = await lead.post(path, json=forged)
    confirmed = done(await lead.post(path, json=signed))

    assert (keyless.json()["code"], wrong.json()["code"]) == ("key_missing", "signature_invalid")
    assert strange.status_code == 403
    assert (confirmed["manner"], confirmed["public_key"], confirmed["signature"]) == (
        "key",
        PUBLIC,
        signed["signature"],
    )


async def test_another_departments_window_list_and_nominees_are_not_there(town: OpenTown) -> None:
    here = await town()
    window = await here.open(departments=["fire"])
    sub_list = done(await here.submit(window, "示例甲"), 201)
    stranger = here.office("market")

    refused = await here.submit(window, "示例乙", department="market")

    assert refused.status_code == 404
    assert (await stranger.get(f"/sub-lists/{sub_list['id']}")).status_code == 404
    assert (await stranger.get("/experts")).json()["items"] == []


async def test_departments_that_nominate_at_once_get_numbers_without_gap_or_double(town: OpenTown) -> None:
    here = await town()
    offices = [f"office-{number}" for number in range(6)]
    window = await here.open(departments=offices)

    named = zip("甲乙丙丁戊己", offices, strict=True)
    answers = await asyncio.gather(*(here.submit(window, f"示例{name}", department=one) for name, one in named))

    numbers = sorted(number for answer in answers for number in done(answer, 201)["members"])
    assert numbers == [f"e-{number:06d}" for number in range(1, 7)]


async def test_the_same_person_of_two_departments_is_filed_once(town: OpenTown, nominee_of: Any) -> None:
    here = await town()
    window = await here.open()
    for department in ("fire", "health"):
        done(await here.submit(window, department=department, nominees=[nominee_of("示例甲")]), 201)
    first, second = await here.experts()
    done(await here.bureau.post(f"/experts/{first['id']}/file"))

    refused = await here.bureau.post(f"/experts/{second['id']}/file")

    assert (refused.status_code, refused.json()["code"]) == (409, "expert_known")


async def test_an_expert_is_suspended_reinstated_and_removed_with_a_reason(town: OpenTown) -> None:
    here = await town()
    done(await here.submit(await here.open(), "示例甲"), 201)
    (expert,) = await here.file_all()
    path, why = f"/experts/{expert['id']}", {"json": {"reason": "借调外地"}}

    steps = [await here.bureau.post(f"{path}/{step}", **why) for step in (
        "reinstate", "suspend", "suspend", "reinstate", "remove", "suspend", "return",
    )]  # fmt: skip

    assert [step.json().get("code", step.json().get("state")) for step in steps] == [
        "not_suspended", "suspended", "already_suspended", "filed", "removed", "not_on_the_list", "not_nominated",
    ]  # fmt: skip
    unexplained = await here.bureau.post(f"{path}/suspend", json={"reason": ""})
    assert unexplained.status_code == 422


@pytest.mark.parametrize("field", ["mobile", "age", "remark"])
async def test_who_a_nominee_is_is_masked_and_read_out_on_record(town: OpenTown, nominee_of: Any, field: str) -> None:
    here = await town()
    who = nominee_of("示例甲", remark="可出差")
    done(await here.submit(await here.open(), nominees=[who]), 201)
    (expert,) = await here.experts()
    ask = {"field": field, "purpose": "核对推荐材料"}

    shown = done(await here.bureau.get(f"/experts/{expert['id']}"))
    told = done(await here.bureau.post(f"/experts/{expert['id']}/unmask", json=ask))

    assert "*" in shown[field]
    assert told["value"] == str(who[field])
