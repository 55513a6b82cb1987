"""Are people reminded, by real channels? A web server plays robots and gateway, a mail server is one."""

from __future__ import annotations

import asyncio
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from notify_svc.announcements import rules as announcing
from notify_svc.announcements.store import notice_id
from notify_svc.clockwatch.commands import note_clock
from notify_svc.clockwatch.rules import Doubt
from notify_svc.reminders.commands import take_in_hand
from notify_svc.reminders.rules import Sending
from notify_svc.subscriptions import rules as subscribing
from notify_svc.subscriptions.rules import Subscription
from shenguan_chassis.testing.receiver import status
from shenguan_chassis.together import transact_together
from shenguan_chassis.tx import Tx
from shenguan_kernel.roles import Role
from shenguan_kernel.working_days import SHANGHAI, legal_day, seed_calendar

from .town import HOUR, KEY, MINUTE, OVERSIGHT, Town, after_the_end, tomorrow


def sent(*channels: str) -> Any:
    return lambda found: {one["channel"] for one in found if one["state"] == "sent"} >= set(channels)


def at_least(people: int, occasion: str, state: str, *channels: str) -> Any:
    """So many persons were told of it by each of these channels."""

    def so(found: list[Any]) -> bool:
        told = [one for one in found if (one["occasion"], one["state"]) == (occasion, state)]
        return len([one for one in told if one["channel"] in channels]) >= people

    return so


async def test_an_end_that_comes_near_is_told_to_the_officer_by_every_channel_he_has(town: Town) -> None:
    await town.reach(
        "liaison_officer",
        email="liaison@example.com",
        wecom=KEY,
        dingtalk="SEC0000000000000000@0000000000000000",
        feishu=KEY,
        webhook=town.robots.url,
        sms=True,
    )
    obligation = await town.owes()

    town.to(tomorrow(town))
    kinds = ("email", "wecom", "dingtalk", "feishu", "webhook", "sms")
    told = await town.reminders(sent(*kinds), obligation_id=obligation)

    came = {one.path.split("?")[0]: one for one in town.robots.came}
    (mail,) = town.mailbox.came
    assert len(told) == len(kinds)
    assert {one["occasion"] for one in told} == {"nearly_due"}
    assert came.keys() == {"/wecom", "/dingtalk", f"/feishu/{KEY}", "/hook", "/sms"}
    assert came["/sms"].event["mobile"] == "13900001001"
    assert came["/sms"].headers["authorization"] == "Bearer gate-token"
    assert "临期" in mail["subject"]
    assert obligation in mail.get_content()
    assert f"https://shenguan.example.gov.cn/notify/v1/obligations/{obligation}" in came["/hook"].event["message"]


async def test_lateness_climbs_from_officer_and_lead_to_the_head_and_the_overseer(town: Town) -> None:
    for post in ("liaison_officer", "liaison_lead", "principal_head", "overseer"):
        await town.reach(post, wecom=KEY, webhook=f"{town.robots.url}/{post}")
    obligation = await town.owes()
    ends = [after_the_end(town, days) for days in (0, 1, 2)]

    by_step = []
    for end in ends:
        town.to(end)
        wanted = {"obligation_id": obligation}
        found = await town.reminders(at_least(2 + len(by_step), "overdue", "sent", "webhook"), **wanted)
        by_step.append({one["person_id"] for one in found if one["occasion"] == "overdue"})

    names = {reference: post for post, reference in town.people.items()}
    assert [{names[person] for person in step} for step in by_step] == [
        {"liaison_officer", "liaison_lead"},
        {"liaison_officer", "liaison_lead", "principal_head"},
        {"liaison_officer", "liaison_lead", "principal_head", "overseer"},
    ]
    said = [event for event in await town.house.said() if "ReminderSent" in event.type]
    assert {event.audience for event in said} == {("fire",), (OVERSIGHT,)}


async def test_in_quiet_hours_nobody_is_told_and_in_the_morning_he_is(town: Town) -> None:
    await town.reach("liaison_officer", webhook=town.robots.url, quiet_from="22:00", quiet_to="06:00")
    obligation = await town.owes()

    town.to(tomorrow(town))
    (waiting,) = await town.reminders(bool, obligation_id=obligation)
    detail = await town.detail(waiting)
    before = len(town.robots.came)
    town.to(tomorrow(town, time(6)) - timedelta(days=1))
    (told,) = await town.reminders(sent("webhook"), obligation_id=obligation)

    assert (waiting["state"], detail["attempts"], before) == ("waiting", [], 0)
    assert datetime.fromisoformat(detail["due_at"]).astimezone(SHANGHAI).time() == time(6)
    assert told["told"].startswith("临期：")


async def test_a_bearer_is_told_when_an_amendment_of_the_calendar_moves_its_end(town: Town) -> None:
    await town.reach("liaison_officer", webhook=town.robots.url)
    obligation = await town.owes()
    due_on = legal_day(tomorrow(town, time(12)))
    known = seed_calendar().year_of(due_on)
    file = {
        "year": due_on.year,
        "source": "国办发明电〔示例〕1号",
        "published": f"{due_on.year}-11-04",
        "status": "OFFICIAL",
        "off": [day.isoformat() for day in sorted({*known.off, due_on})],
        "makeup": [day.isoformat() for day in sorted(known.makeup)],
    }

    loaded = await town.keeper.post(f"/calendar/{due_on.year}", json=file)
    (told,) = await town.reminders(sent("webhook"), obligation_id=obligation)

    (came,) = town.robots.came
    assert loaded.status_code == 200, loaded.text
    assert told["occasion"] == "rescheduled"
    assert f"原截止日为{due_on.year}年{due_on.month}月{due_on.day}日" in came.event["message"]
    assert told["told"].startswith("改期：")


async def test_what_was_done_in_the_night_is_not_asked_for_in_the_morning(town: Town) -> None:
    await town.reach("liaison_officer", webhook=town.robots.url, quiet_from="22:00", quiet_to="06:00")
    obligation = await town.owes()
    town.to(tomorrow(town))
    await town.reminders(bool, obligation_id=obligation)

    await town.acts()
    town.to(tomorrow(town, time(6)) - timedelta(days=1))
    (dropped,) = await town.reminders(lambda found: found[0]["state"] != "waiting", obligation_id=obligation)

    assert (dropped["state"], town.robots.came) == ("dropped", [])


async def test_who_wants_a_digest_has_one_message_at_his_hour(town: Town) -> None:
    await town.reach("liaison_officer", webhook=town.robots.url, digest_at="08:30")
    for number in (1, 2, 3):
        await town.owes(number)

    town.to(tomorrow(town))
    waiting = await town.reminders(lambda found: len(found) == 3)
    town.to(tomorrow(town, time(8, 30)) - timedelta(days=1))
    told = await town.reminders(lambda found: all(one["state"] == "sent" for one in found))

    (came,) = town.robots.came
    assert {one["state"] for one in waiting} == {"waiting"}
    assert came.event["title"] == "审管提醒：共3项"
    assert came.event["message"].count("临期：") == 3
    assert (await town.detail(told[0]))["attempts"][0]["together"] == 3


async def test_a_channel_that_fails_is_tried_again_and_every_try_is_on_record(town: Town) -> None:
    town.robots.answer = status(503)
    await town.reach("liaison_officer", webhook=town.robots.url)
    await town.owes()
    town.to(tomorrow(town))
    (reminder,) = await town.reminders(bool)

    once = await town.detail(reminder, lambda one: one["tries"] == 1)
    town.robots.answer = status(204)
    town.house.clock.forward(MINUTE)
    done = await town.detail(reminder, lambda one: one["state"] == "sent")

    assert once["state"] == "waiting"
    assert [(one["outcome"], one["to"]) for one in done["attempts"]] == [
        ("503", f"{town.robots.url.removesuffix('/hook')}/****"),
        ("sent", f"{town.robots.url.removesuffix('/hook')}/****"),
    ]


async def test_what_cannot_be_sent_is_given_up_in_the_open_and_goes_out_when_asked_for(town: Town) -> None:
    town.robots.answer = status(500)
    await town.reach("liaison_officer", webhook=town.robots.url)
    await town.owes()
    town.to(tomorrow(town))
    (reminder,) = await town.reminders(bool)
    await town.detail(reminder, lambda one: one["tries"] == 1)
    await town.house.runtime.pool.execute("UPDATE sendings SET tries = 11")
    town.house.clock.forward(HOUR)

    given_up = await town.detail(reminder, lambda one: one["state"] == "failed")
    town.robots.answer = status(204)
    lead = town.house.http(Role.LIAISON_LEAD, department="fire")
    asked = await lead.post(f"/reminders/{reminder['id']}/repeat")
    sent_now = await town.detail(reminder, lambda one: one["state"] == "sent")
    early = await lead.post(f"/reminders/{reminder['id']}/repeat", headers={"If-Match": '"1"'})

    assert (given_up["due_at"], asked.status_code, early.status_code) == (None, 200, 412)
    assert len(sent_now["attempts"]) == 3
    said = [event.type.split(".")[3] for event in await town.house.said() if event.subject.startswith("reminder/")]
    assert said == ["ReminderPlanned", "ReminderFailed", "ReminderRepeated", "ReminderSent"]


async def test_a_lateness_that_was_none_is_taken_back_where_it_was_told(town: Town) -> None:
    await town.reach("liaison_officer", webhook=town.robots.url)
    await town.reach("principal_head", webhook=town.robots.url)
    obligation = await town.owes()
    in_time = town.house.clock.legal() + HOUR
    town.to(after_the_end(town))
    await town.reminders(at_least(1, "overdue", "sent", "webhook"), obligation_id=obligation)

    await town.acts_as_of(in_time)
    found = await town.reminders(at_least(1, "taken_back", "sent", "webhook"), obligation_id=obligation)

    back = [one for one in found if one["occasion"] == "taken_back"]
    assert [one["person_id"] for one in back] == [town.people["liaison_officer"]]
    assert back[0]["told"].startswith("撤回：")


async def test_who_is_reached_no_more_is_sent_nothing(town: Town) -> None:
    made = await town.reach("liaison_officer", webhook=town.robots.url, digest_at="08:30")
    await town.owes()
    town.to(tomorrow(town))
    (reminder,) = await town.reminders(bool)

    await town.keeper.post(f"/contacts/{made['id']}/withdraw")
    town.to(tomorrow(town, time(8, 30)) - timedelta(days=1))
    dropped = await town.detail(reminder, lambda one: one["state"] != "waiting")
    again = await town.keeper.post(f"/reminders/{reminder['id']}/repeat")

    assert (dropped["state"], town.robots.came) == ("dropped", [])
    assert again.json()["code"] == "channel_not_there"


async def test_a_channel_is_tried_out_at_once_whatever_the_hour(town: Town) -> None:
    made = await town.reach(
        "liaison_officer", email="liaison@example.com", quiet_from="00:00", quiet_to="23:59", digest_at="08:30"
    )

    tried = await town.keeper.post(f"/contacts/{made['id']}/test", json={"channel": "email"})
    absent = await town.keeper.post(f"/contacts/{made['id']}/test", json={"channel": "wecom"})
    (mail,) = await town.mailbox.until(lambda came: len(came) == 1)

    assert tried.status_code == 201
    assert absent.json()["code"] == "channel_not_there"
    assert "测试" in mail["subject"]
    assert (await town.detail(tried.json(), lambda one: one["state"] == "sent"))["attempts"][0][
        "to"
    ] == "l***@example.com"


async def test_a_clock_in_doubt_wakes_the_overseer_and_the_operators(town: Town) -> None:
    await town.reach("overseer", wecom=KEY, quiet_from="00:00", quiet_to="23:59")
    await town.reach("operator", webhook=town.robots.url, operations=True)
    await town.reach("liaison_officer", webhook=town.robots.url)

    found = Doubt("set_back", timedelta(hours=-2), wants_operator=True)
    await town.house.runtime.transact(note_clock, found, town.house.clock.system())
    told = await town.reminders(at_least(2, "clock_doubted", "sent", "wecom", "webhook"))

    assert {one["person_id"] for one in told} == {town.people["overseer"], town.people["operator"]}
    assert "相差-7200秒" in told[0]["told"]


async def test_a_year_that_nobody_entered_is_asked_for_at_the_bureau_and_above(town: Town) -> None:
    await town.reach("overseer", wecom=KEY)
    await town.reach("operator", webhook=town.robots.url, operations=True)

    await town.house.runtime.transact(miss_year, 2031)
    told = await town.reminders(at_least(2, "calendar_awaited", "sent", "wecom", "webhook"))

    assert {one["person_id"] for one in told} == {town.people["overseer"], town.people["operator"]}
    assert "2031年度" in told[0]["told"]


async def miss_year(tx: Tx, year: int) -> None:
    """As the worker does from November on."""
    tx.add(*announcing.miss(None, notice_id(year), year, 3, tx.now))


async def test_a_department_is_told_that_its_system_takes_nothing_any_more(town: Town) -> None:
    await town.reach("liaison_lead", wecom=KEY)
    lead = town.house.http(Role.LIAISON_LEAD, department="fire")
    body = {"department": "fire", "url": town.robots.url}
    asked_for = (await lead.post("/subscriptions", json=body)).json()
    dead = (await lead.post("/subscriptions", json=body)).json()

    await lead.post(f"/subscriptions/{asked_for['id']}/pause")
    await town.house.runtime.transact(pause_as, UUID(dead["id"]), "gone")
    told = await town.reminders(sent("wecom"))

    assert [one["occasion"] for one in told] == ["receiver_paused"]
    assert dead["id"] in town.robots.came[-1].event["text"]["content"]


async def pause_as(tx: Tx, subscription_id: UUID, reason: str) -> None:
    """As the worker does when a receiver says 410."""
    subscription = await tx.get(Subscription, subscription_id)
    tx.save(*subscribing.pause(subscription, reason, at=tx.now))


async def test_a_department_sees_its_own_reminders_and_no_others(town: Town) -> None:
    await town.reach("liaison_officer", webhook=town.robots.url)
    await town.owes()
    town.to(tomorrow(town))
    (reminder,) = await town.reminders(bool)

    health = town.house.http(Role.LIAISON_LEAD, department="health")
    fire = town.house.http(Role.LIAISON_LEAD, department="fire")

    assert (await health.get("/reminders")).json()["items"] == []
    assert (await health.get(f"/reminders/{reminder['id']}")).status_code == 404
    assert (await health.post(f"/reminders/{reminder['id']}/repeat")).status_code == 404
    assert len((await fire.get("/reminders")).json()["items"]) == 1


async def test_two_replicas_never_take_the_same_and_what_a_dead_one_held_is_sent_once_by_another(town: Town) -> None:
    runtime = town.house.runtime
    for post in ("liaison_officer", "liaison_lead"):
        await town.reach(post, wecom=KEY, feishu=KEY, webhook=f"{town.robots.url}/{post}", digest_at="08:30")
    await town.owes()
    town.to(tomorrow(town))
    await town.reminders(lambda found: len(found) == 6)
    soon, later = (runtime.clock.system() + HOUR * hours for hours in (1, 2))
    await runtime.pool.execute("UPDATE sendings SET held_until = $1", soon)  # in the hand of a replica that lives
    town.to(tomorrow(town, time(8, 30)) - timedelta(days=1))

    rounds = [await _taken_by_two(town, later) for _ in range(6)]
    keys = [one.reminder_id for groups in rounds for group in groups for one in group]
    untouched = len(town.robots.came)
    await runtime.pool.execute("UPDATE sendings SET held_until = $1", runtime.clock.system())  # they died
    runtime.bell("reminders").ring()
    await town.reminders(lambda found: all(one["state"] == "sent" for one in found))

    assert len(keys) == len(set(keys)) == 6
    assert untouched == 0
    assert len(town.robots.came) == 6


async def _taken_by_two(town: Town, system: datetime) -> list[list[Sending]]:
    """What two replicas that look at the same moment take in hand, one message each."""
    runtime = town.house.runtime
    both = await asyncio.gather(*(transact_together(runtime, take_in_hand, system, 1) for _ in range(2)))
    return [group for groups in both for group in groups]
