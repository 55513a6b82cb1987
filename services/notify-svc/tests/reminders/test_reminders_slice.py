"""Are people reminded, by real channels? A web server plays robots and gateway, a mail server is one."""

from __future__ import annotations

from typing import Any

from shenguan_chassis.testing.receiver import status

from .town import KEY, Town, tomorrow


def sent(*channels: str) -> Any:
    return lambda found: {one["channel"] for one in found if one["state"] == "sent"} >= set(channels)


async def test_an_end_that_comes_near_is_told_to_the_officer_by_every_channel_he_has(town: Town) -> None:
    town.robots.answer = status(200, "content-type: application/json", body=b'{"errcode":0,"code":0}')
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
