"""The act of the clock: one office passes a superior's document on in time, another lets a holiday pass (R17, R35)."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from .reminder import Told, reached
from .stage import Forward, Stage

_TITLE = "关于调整示例许可条件的通知"


async def pass_documents_on(stage: Stage, out: Path) -> None:
    """Both departments receive the same document; one forwards it. The other's explained date is saved as a picture."""
    stage.narrator.chapter("六、上级文件：一个工作日内抄告  A superior's document, one working day (R17)")
    if stage.forward is not None:
        stage.forward(timedelta(days=1))
        stage.narrator.note(f"沙盒时钟拨到 {stage.today()}（周六，调休上班日；次日起春节放假）")
    received = {}
    for who, name in (("fire-liaison", "消防"), ("health-liaison", "卫健")):
        body = {
            "title": _TITLE,
            "document_no": "示政办发〔2026〕8号",
            "superior": "示例市人民政府办公室",
            "recipients": ["bureau"],
        }
        received[name] = await stage.do(who, "/supervision/v1/documents", body, said=f"{name}收文登记", expect=201)
    late = await stage.heard(lambda: _owed(stage, received["卫健"]["id"]), service="notify", said="抄告时限已起算")
    explained = await stage.read("overseer", f"/notify/v1/obligations/{late['id']}")
    stage.narrator.note(explained["count"]["sentence"])
    await _draw(stage, late, out)
    path = f"/supervision/v1/documents/{received['消防']['id']}/forwardings"
    await stage.do("fire-liaison", path, {"recipient": "bureau"}, said="消防当日抄告审批局")
    await stage.heard(lambda: _owed(stage, received["消防"]["id"], "met"), service="notify", said="消防：按期抄告")
    if stage.forward is None:
        await _preview(stage)
        return
    async with reached(stage) as told:
        await _let_it_lapse(stage, stage.forward, late, explained, told)


async def _draw(stage: Stage, obligation: dict[str, Any], out: Path) -> None:
    """The explained date as a strip of days, for a browser or a letter."""
    drawn = await stage.read("overseer", f"/notify/v1/obligations/{obligation['id']}/explanation.svg")
    await asyncio.to_thread((out / "due-date.svg").write_text, drawn, "utf-8")
    stage.check(drawn.startswith("<svg"), f"截止日图示已存 {out / 'due-date.svg'}")


async def _let_it_lapse(
    stage: Stage, forward: Forward, late: dict[str, Any], explained: dict[str, Any], told_there: Told
) -> None:
    stage.check(late["due_on"] == "2026-02-24", "周六收到，春节九天不计，最后一日是 2026-02-24（相隔十个日历日）")
    forward(timedelta(days=8))
    stage.narrator.note(f"沙盒时钟拨到 {stage.today()}（春节假期内）")
    still = await stage.read("overseer", f"/notify/v1/obligations/{late['id']}")
    stage.check(still["state"] == "open", "假期中不算逾期")
    due = datetime.fromisoformat(explained["count"]["due_at"])
    forward(due - stage.legal() + timedelta(minutes=1))
    stage.narrator.note("沙盒时钟越过截止时刻")
    await stage.heard(
        lambda: _owed(stage, late["about"].partition("/")[2], "overdue"), service="notify", said="卫健：逾期"
    )

    async def told(rung: str) -> Any:
        page = await stage.read("overseer", "/notify/v1/escalations")
        return [row for row in page["items"] if row["obligation_id"] == late["id"] and row["rung"] == rung]

    await stage.heard(lambda: told("liaison_lead"), service="notify", said="已提醒联络员、联络负责人")
    await told_there(late["id"])
    forward(timedelta(days=2))
    await stage.heard(
        lambda: told("overseer"), service="notify", said="再过两个工作日：已报主要负责人和编办督办 (R10, R35)"
    )


async def _preview(stage: Stage) -> None:
    """Where the clock is everyone's, what would happen is shown by its preview."""
    since = "2026-02-14T10:00:00+08:00"
    found = await stage.read("overseer", "/notify/v1/obligations/preview", duty="forward_document", since_at=since)
    stage.narrator.note(found["count"]["sentence"])
    stage.check(found["count"]["due_on"] == "2026-02-24", "预览：若 2026-02-14 收文而未抄告，2026-02-24 到期")
    stage.check([rung["post"] for rung in found["ladder"]][-1] == "overseer", "预览：逐级提醒直至编办督办")


async def _owed(stage: Stage, document: str, state: str | None = None) -> Any:
    query = {"about": f"policy-document/{document}", **({"state": state} if state else {})}
    page = await stage.read("overseer", "/notify/v1/obligations", **query)
    return next(iter(page["items"]), None)
