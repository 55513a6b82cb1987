"""An end explained: as a picture, and as a calendar that any calendar program reads."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from xml.etree import ElementTree

from icalendar import Calendar

from notify_svc.app import service
from shenguan_chassis.testing.house import House, OpenHouse
from shenguan_contracts.documents import PolicyDocReceived
from shenguan_kernel.roles import Role
from shenguan_kernel.working_days import legal_day


def received(house: House, department: str, number: int) -> PolicyDocReceived:
    now = house.clock.legal()
    return PolicyDocReceived(
        policy_document_id=UUID(int=number),
        department=department,
        title="关于调整审批事项的通知",
        superior="省消防救援总队",
        recipients=("bureau",),
        received_at=now,
        registered_at=now,
    )


async def the_only(house: House) -> dict[str, Any]:
    (found,) = (await house.http(Role.OVERSEER).get("/obligations")).json()["items"]
    shown: dict[str, Any] = found
    return shown


async def test_the_strip_has_a_square_for_every_day_of_the_explanation(open_house: OpenHouse) -> None:
    house = await open_house(service)
    await house.hear(received(house, "fire", 1), source="supervision")
    path = f"/obligations/{(await the_only(house))['id']}/explanation"
    client = house.http(Role.LIAISON_OFFICER, department="fire")

    told, drawn = await client.get(path), await client.get(f"{path}.svg")

    picture = ElementTree.fromstring(drawn.text)
    space = "{http://www.w3.org/2000/svg}"
    titles = [each.text or "" for each in picture.findall(f"{space}g/{space}title")]
    assert drawn.headers["content-type"].startswith("image/svg+xml")
    assert [title.partition(" ")[0] for title in titles] == [day["date"] for day in told.json()["explanation"]]
    assert picture.findtext(f"{space}title") == told.json()["sentence"]


async def test_another_department_finds_neither(open_house: OpenHouse) -> None:
    house = await open_house(service)
    await house.hear(received(house, "fire", 1), source="supervision")
    path = f"/obligations/{(await the_only(house))['id']}/explanation"
    stranger = house.http(Role.LIAISON_OFFICER, department="housing")

    assert (await stranger.get(path)).status_code == 404
    assert (await stranger.get(f"{path}.svg")).status_code == 404


async def test_an_office_s_calendar_holds_what_it_owes_and_nothing_of_others(open_house: OpenHouse) -> None:
    house = await open_house(service)
    await house.hear(received(house, "fire", 1), received(house, "housing", 2), source="supervision")

    own = await house.http(Role.LIAISON_OFFICER, department="fire").get(
        "/obligations/calendar.ics", params={"department": "fire"}
    )
    others = await house.http(Role.LIAISON_OFFICER, department="fire").get(
        "/obligations/calendar.ics", params={"department": "housing"}
    )

    entries: list[Any] = Calendar.from_ical(own.text).walk("VEVENT")
    (entry,) = entries
    assert own.headers["content-type"].startswith("text/calendar")
    assert entry["DTSTART"].dt > legal_day(house.clock.legal())
    assert "抄告上级文件" in entry["SUMMARY"]
    assert Calendar.from_ical(others.text).walk("VEVENT") == []


async def test_the_yellow_and_the_red_card_are_a_filter_of_the_list(open_house: OpenHouse) -> None:
    house = await open_house(service)
    await house.hear(received(house, "fire", 1), source="supervision")

    red = await house.http(Role.OVERSEER).get("/obligations", params={"card": "red"})
    green = await house.http(Role.OVERSEER).get("/obligations", params={"card": "green"})

    assert red.json()["items"] == []
    assert green.status_code == 422
