"""The bureau's incoming documents: passed on to each department, confirmed by each (R18)."""

from typing import Any

import pytest

DOCUMENT: dict[str, Any] = {
    "title": "关于加强消防安全事中事后监管的通知",
    "document_no": "鲁应急字[2026]15号",
    "superior": "山东省应急管理厅",
    "recipients": ["fire", "health"],
}


@pytest.fixture
async def document(bureau: Any) -> dict[str, Any]:
    """A document that the bureau has received and not yet passed on."""
    answer = await bureau.clerk.post("/documents", json=DOCUMENT)
    assert answer.status_code == 201, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def test_the_bureau_holds_what_its_clerk_received_and_owes_it_to_each_department(
    bureau: Any, document: dict[str, Any]
) -> None:
    assert (document["department"], document["document_no"]) == ("bureau", "鲁应急字〔2026〕15号")
    assert [share["state"] for share in document["forwardings"]] == ["open", "open"]
    (said,) = await bureau.house.said()
    assert (said.service, said.type) == ("approval", "cn.shenguan.approval.PolicyDocReceived.v1")


async def test_a_draft_without_number_is_received(bureau: Any) -> None:
    answer = await bureau.clerk.post("/documents", json=DOCUMENT | {"document_no": None})

    assert (answer.status_code, answer.json()["document_no"]) == (201, None)


async def test_a_document_is_passed_on_to_one_department_at_a_time(bureau: Any, document: dict[str, Any]) -> None:
    answer = await bureau.clerk.post(f"/documents/{document['id']}/forwardings", json={"recipient": "fire"})

    fire, health = answer.json()["forwardings"]
    assert (fire["state"], health["state"]) == ("forwarded", "open")
    assert fire["forwarded_at"]
    assert await bureau.said() == ["PolicyDocReceived", "PolicyDocForwarded"]


async def test_a_department_sees_a_document_once_it_was_passed_on_to_it(bureau: Any, document: dict[str, Any]) -> None:
    await bureau.clerk.post(f"/documents/{document['id']}/forwardings", json={"recipient": "fire"})

    assert (await bureau.liaison("fire").get(f"/documents/{document['id']}")).status_code == 200
    assert len((await bureau.liaison("fire").get("/documents")).json()["items"]) == 1
    assert (await bureau.liaison("health").get(f"/documents/{document['id']}")).status_code == 404
    assert (await bureau.liaison("health").get("/documents")).json()["items"] == []


async def test_a_recipient_confirms_for_itself_only(bureau: Any, document: dict[str, Any]) -> None:
    for recipient in ("fire", "health"):
        await bureau.clerk.post(f"/documents/{document['id']}/forwardings", json={"recipient": recipient})

    answer = await bureau.liaison("fire").post(f"/documents/{document['id']}/acknowledge")

    assert [share["state"] for share in answer.json()["forwardings"]] == ["acknowledged", "forwarded"]


async def test_before_it_was_passed_on_a_document_is_not_there_for_its_recipient(
    bureau: Any, document: dict[str, Any]
) -> None:
    answer = await bureau.liaison("fire").post(f"/documents/{document['id']}/acknowledge")

    assert answer.status_code == 404


@pytest.mark.parametrize(("office", "status"), [("taxes", 404), ("bureau", 409)])
async def test_who_is_no_recipient_has_nothing_to_confirm(
    bureau: Any, document: dict[str, Any], office: str, status: int
) -> None:
    answer = await bureau.liaison(office).post(f"/documents/{document['id']}/acknowledge")

    assert answer.status_code == status


async def test_a_department_does_not_pass_on_the_bureaus_documents(bureau: Any, document: dict[str, Any]) -> None:
    path, health = f"/documents/{document['id']}/forwardings", {"recipient": "health"}

    unseen = await bureau.liaison("fire").post(path, json=health)
    await bureau.clerk.post(path, json={"recipient": "fire"})
    seen = await bureau.liaison("fire").post(path, json=health)

    assert unseen.status_code == 404
    assert (seen.status_code, seen.json()["code"]) == (403, "not_the_holder")


async def test_a_department_is_given_a_document_once(bureau: Any, document: dict[str, Any]) -> None:
    path = f"/documents/{document['id']}/forwardings"
    await bureau.clerk.post(path, json={"recipient": "fire"})

    answer = await bureau.clerk.post(path, json={"recipient": "fire"})

    assert (answer.status_code, answer.json()["code"]) == (409, "already_forwarded")
    assert answer.json()["field"] == "recipient"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"document_no": "鲁应急字〔2026〕015号"}, "document_no"),
        ({"recipients": []}, "recipients"),
        ({"recipients": ["fire", "Fire!"]}, "recipients.1"),
        ({"title": ""}, "title"),
        ({"issued_on": "14.2.2026"}, "issued_on"),
    ],
)
async def test_a_faulty_document_is_not_received(bureau: Any, change: dict[str, Any], field: str) -> None:
    answer = await bureau.clerk.post("/documents", json=DOCUMENT | change)

    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == [field]
    assert await bureau.said() == []


async def test_a_document_is_not_received_before_it_was_issued(bureau: Any) -> None:
    answer = await bureau.clerk.post("/documents", json=DOCUMENT | {"issued_on": "2999-01-01"})

    assert (answer.status_code, answer.json()["code"]) == (422, "issued_after_receipt")
