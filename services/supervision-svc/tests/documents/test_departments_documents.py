"""The departments' incoming documents: copied to the bureau, each department's for itself (R17)."""

from typing import Any

import httpx
import pytest

from shenguan_chassis.testing.house import House, OpenHouse
from shenguan_kernel.roles import Role
from supervision_svc.app import service

DOCUMENT: dict[str, Any] = {
    "title": "关于调整食品经营许可现场核查要求的通知",
    "document_no": "鲁市监注字〔2026〕3号",
    "superior": "山东省市场监督管理局",
    "recipients": ["bureau"],
}


@pytest.fixture
async def house(open_house: OpenHouse) -> House:
    return await open_house(service)


def liaison(house: House, department: str = "market") -> httpx.AsyncClient:
    return house.http(Role.LIAISON_OFFICER, department=department)


async def test_a_department_owes_the_bureau_what_its_superior_sent(house: House) -> None:
    answer = await liaison(house).post("/documents", json=DOCUMENT)

    assert (answer.status_code, answer.json()["department"]) == (201, "market")
    (said,) = await house.said()
    assert (said.service, said.type) == ("supervision", "cn.shenguan.supervision.PolicyDocReceived.v1")
    assert said.audience == ("market",)


async def test_the_bureau_confirms_what_a_department_passed_on(house: House) -> None:
    document = (await liaison(house).post("/documents", json=DOCUMENT)).json()
    await liaison(house).post(f"/documents/{document['id']}/forwardings", json={"recipient": "bureau"})

    clerk = house.http(Role.WINDOW_CLERK, department="bureau")
    answer = await clerk.post(f"/documents/{document['id']}/acknowledge")

    assert answer.status_code == 200, answer.text
    assert answer.json()["forwardings"][0]["state"] == "acknowledged"


async def test_another_departments_document_is_not_there(house: House) -> None:
    document = (await liaison(house).post("/documents", json=DOCUMENT)).json()
    stranger, path = liaison(house, "fire"), f"/documents/{document['id']}"

    assert (await stranger.get(path)).status_code == 404
    assert (await stranger.get("/documents")).json()["items"] == []
    assert (await stranger.post(f"{path}/forwardings", json={"recipient": "bureau"})).status_code == 404
    assert (await stranger.post(f"{path}/acknowledge")).status_code == 404
    assert len(await house.said()) == 1
