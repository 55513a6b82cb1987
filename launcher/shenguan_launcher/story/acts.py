"""The acts of the story, in order: each says what it does and checks what the notice demands of it."""

from __future__ import annotations

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from .stage import Stage

ITEM = "370302-DEMO-001"
USCC, WRONG_USCC = "914403001922038216", "914403001922038217"
OFFICES = (
    ("bureau", "示例区行政审批服务局", "bureau"),
    ("fire", "示例区消防救援大队", "department"),
    ("health", "示例区卫生健康局", "department"),
    ("staffing-office", "示例区委编办", "overseer"),
)
POSTS = (
    ("bureau", "liaison_lead"),
    ("bureau", "liaison_officer"),
    ("fire", "liaison_lead"),
    ("fire", "liaison_officer"),
    ("fire", "principal_head"),
    ("health", "liaison_lead"),
    ("health", "liaison_officer"),
    ("health", "principal_head"),
    ("staffing-office", "overseer"),
)


async def found_the_district(stage: Stage) -> None:
    """Departments and their liaisons are registered (R2, R16, R35)."""
    stage.narrator.chapter("一、名录：部门与联络人员  The directory (R16, R35)")
    for code, name, kind in OFFICES:
        body = {"department": code, "name": name, "kind": kind}
        await stage.do("administrator", "/supervision/v1/departments", body, said=f"登记 {name}", expect=201)
    for department, post in POSTS:
        person = str(uuid5(NAMESPACE_URL, f"sample:{department}:{post}"))
        path = f"/supervision/v1/departments/{department}/posts/{post}/designate"
        await stage.do("administrator", path, {"person_id": person}, said=f"指定 {department} {post}")
    gaps = await stage.read("overseer", "/supervision/v1/liaison-gaps")
    stage.check(not gaps.get("items", gaps), "每个部门都有联络负责人和联络员 (R16)")


async def publish_the_item(stage: Stage) -> None:
    """An item with its one standard and its supervising department (R5, R6, R14)."""
    stage.narrator.chapter("二、事项：一事项一标准  The item and its one standard (R5, R14)")
    body = {
        "item_code": ITEM, "name": "示例公众聚集场所投入使用许可", "kind": "licence",
        "legal_basis": "示例条例第十五条", "departments": ["fire"], "claim_rule": "acknowledge",
        "standard": {
            "conditions": ["场所符合示例技术标准"], "materials": ["申请表", "场所平面图"],
            "flow": ["受理", "审查", "决定", "送达"], "promised_days": 3, "statutory_days": 20, "venue": "一窗受理大厅",
        },
    }  # fmt: skip

    async def published() -> Any:
        return await stage.tried("head", "/approval/v1/items", body, expect=201)

    item = await stage.heard(published, service="approval", said="名录已到审批服务，事项公布")
    stage.facts["item"] = item
    public = await stage.read(None, "/approval/v1/items")
    stage.check(public["items"], "事项及其标准无需令牌即可查阅 (R14)")


async def grant_a_licence(stage: Stage) -> None:
    """A case from the one window to the licence, and what must not pass on the way."""
    stage.narrator.chapter("三、办件：受理、审查、准予  A case is granted (R8, R13)")
    body = {"item_code": ITEM, "channel": "hall", "applicant": {"name": "示例商贸有限公司", "uscc": USCC}}
    wrong = {**body, "applicant": {**body["applicant"], "uscc": WRONG_USCC}}  # type: ignore[dict-item]
    await stage.refused("clerk", "/approval/v1/cases", wrong, code="uscc_check_digit", said="统一社会信用代码末位有误")
    unlisted = {**body, "item_code": "370302-DEMO-999"}
    await stage.refused("clerk", "/approval/v1/cases", unlisted, code="item_not_listed", said="申请清单之外的事项")
    attempts = await stage.read("overseer", "/approval/v1/attempts")
    stage.check(len(attempts["items"]) == 1, "清单外行权已留痕 (R8)")
    case = await stage.do("clerk", "/approval/v1/cases", body, said="一窗收件", expect=201)
    await stage.do("reviewer", f"/approval/v1/cases/{case['id']}/accept", said="受理")
    await stage.refused(
        "clerk", f"/approval/v1/cases/{case['id']}/grant", None, code="not_allowed", said="窗口人员试图直接准予"
    )
    granted = await stage.do(
        "approver", f"/approval/v1/cases/{case['id']}/grant", said="准予许可（受理、审批两人分离）"
    )
    licences = await stage.read("approver", "/approval/v1/licenses", case_id=case["id"])
    stage.facts |= {"case": granted, "licence": licences["items"][0]}
    stage.check(licences["items"][0]["state"] == "valid", f"许可证 {licences['items'][0]['license_no']} 有效")


async def be_watched(stage: Stage) -> None:
    """The licence is in the department's ledger from its first moment, and every clock is explained."""
    licence = stage.facts["licence"]
    stage.narrator.chapter("四、推送监管：发证即有人管  Watched from its first moment (R5, R19)")
    watch = await stage.heard(lambda: _entry(stage, "fire-inspector"), service="supervision", said="消防台账已有此证")
    stage.facts["watch"] = watch
    others = await stage.read("health-liaison", "/supervision/v1/ledger")
    stage.check(not others["items"], "其他部门看不到此条 (隔离)")
    obligation = await stage.heard(
        lambda: _obligation(stage, about=f"license/{licence['id']}", duty="claim_approval"),
        service="notify", said="认领时限已起算",
    )  # fmt: skip
    explained = await stage.read("fire-liaison", f"/notify/v1/obligations/{obligation['id']}")
    stage.narrator.note(explained["count"]["sentence"])
    await stage.heard(
        lambda: _obligation(
            stage, about=f"case/{stage.facts['case']['id']}", duty="decide_case", state="met", who="overseer"
        ),
        service="notify", said="承诺时限内作出决定：按期 (R14)",
    )  # fmt: skip
    await stage.do("fire-inspector", f"/supervision/v1/ledger/{watch['id']}/claim", said="认领")
    await stage.heard(
        lambda: _obligation(stage, about=f"license/{licence['id']}", duty="claim_approval", state="met"),
        service="notify", said="认领义务：按期履行",
    )  # fmt: skip


async def be_struck(stage: Stage) -> None:
    """The department's penalty reaches the bureau's register, and the ledger is closed (R27, ALL art. 70)."""
    licence = stage.facts["licence"]
    stage.narrator.chapter("五、吊销、备案、注销  Struck by penalty, filed, deregistered (R27)")
    body = {
        "license_id": licence["id"], "document_no": "示消罚字〔2026〕3号", "legal_basis": "示例法第六十条",
        "reason": "示例：擅自停用消防设施，拒不改正。", "decided_on": stage.today().isoformat(),
    }  # fmt: skip
    await stage.do(
        "fire-inspector", "/supervision/v1/penalties/revoke", body, said="吊销许可证并函告审批局", expect=201
    )

    async def filed() -> Any:
        files = await stage.read("approver", "/approval/v1/penalty-files", license_id=licence["id"])
        return files["items"]

    await stage.heard(filed, service="approval", said="处罚已留存备案")
    struck = await stage.read("approver", f"/approval/v1/licenses/{licence['id']}")
    stage.check(struck["state"] == "penalty_revoked", "审批登记簿显示：被吊销")
    path = f"/approval/v1/licenses/{licence['id']}/deregister"
    await stage.do("approver", path, said="注销（许可法第七十条）")

    async def closed() -> Any:
        entry = await stage.read("fire-inspector", f"/supervision/v1/ledger/{stage.facts['watch']['id']}")
        return entry["state"] == "ended" and entry

    await stage.heard(closed, service="supervision", said="台账已终止监管")
    about = f"license/{licence['id']}"
    await stage.heard(
        lambda: _obligation(stage, about=about, duty="deregister_license", state="met", who="overseer"),
        service="notify", said="注销义务：按期履行",
    )  # fmt: skip


async def _entry(stage: Stage, who: str) -> Any:
    page = await stage.read(who, "/supervision/v1/ledger")
    return next((entry for entry in page["items"] if entry["license_id"] == stage.facts["licence"]["id"]), None)


async def _obligation(
    stage: Stage, *, about: str, duty: str, state: str | None = None, who: str = "fire-liaison"
) -> Any:
    query = {"about": about, "duty": duty, **({"state": state} if state else {})}
    page = await stage.read(who, "/notify/v1/obligations", **query)
    return next(iter(page["items"]), None)
