"""Four processes, one Kafka, four databases: what one commits takes effect in another, whoever dies in between."""

from __future__ import annotations

import asyncio
import signal
from typing import Any
from uuid import uuid4

import pytest

from shenguan_chassis.testing.processes import Doors, ServiceProcess, until

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

Processes = dict[str, ServiceProcess]


async def a_listed_item(doors: Doors) -> tuple[str, str]:
    """A department of its own and an item that it supervises: a broker may serve other tests besides."""
    tag = uuid4().hex[:8]
    department, item_code = f"fire-{tag}", f"TEST-{tag.upper()}"
    office = {"department": department, "name": "示例消防", "kind": "department"}
    await doors.ask("supervision", "/departments", office, role="system_administrator", department="bureau")
    item = {
        "item_code": item_code,
        "name": "示例许可",
        "kind": "licence",
        "legal_basis": "示例条例第一条",
        "departments": [department],
        "claim_rule": "acknowledge",
        "standard": {
            "conditions": ["符合标准"],
            "materials": ["申请表"],
            "flow": ["受理", "决定"],
            "promised_days": 3,
            "statutory_days": 20,
            "venue": "大厅",
        },
    }

    async def published() -> bool:
        answer = await doors.tried("approval", "/items", item, role="bureau_head", department="bureau")
        return answer.status_code == 201

    await until(published)
    return department, item_code


async def an_accepted_case(doors: Doors, item_code: str) -> str:
    application = {
        "item_code": item_code,
        "channel": "hall",
        "applicant": {"name": "示例商贸有限公司", "uscc": "914403001922038216"},
    }
    case = await doors.ask("approval", "/cases", application, role="window_clerk", department="bureau")
    await doors.ask("approval", f"/cases/{case['id']}/accept", {}, role="reviewer", department="bureau")
    return str(case["id"])


async def grant(doors: Doors, case_id: str) -> Any:
    return await doors.ask("approval", f"/cases/{case_id}/grant", {}, role="approver", department="bureau")


async def ledger_of(doors: Doors, department: str) -> list[dict[str, Any]]:
    page = await doors.ask("supervision", "/ledger", role="inspector", department=department)
    return list(page["items"])


async def test_a_grant_crosses_from_process_to_process_though_both_are_killed_on_the_way(
    processes: Processes, doors: Doors
) -> None:
    department, item_code = await a_listed_item(doors)
    first, second = [await an_accepted_case(doors, item_code) for _ in range(2)]

    processes["supervision"].end(signal.SIGKILL)
    granted = await grant(doors, first)
    processes["approval"].end(signal.SIGKILL)
    processes["approval"].start()
    processes["supervision"].start()
    await processes["approval"].ready()
    granted_again = await grant(doors, second)

    async def both_arrived() -> bool:
        try:
            return len(await ledger_of(doors, department)) == 2
        except OSError:
            return False

    await processes["supervision"].ready()
    await until(both_arrived)
    watched = [entry["license_id"] for entry in await ledger_of(doors, department)]
    assert sorted(watched) == sorted([granted["license_id"], granted_again["license_id"]])


async def test_a_service_told_to_stop_ends_in_order(processes: Processes) -> None:
    ends = [asyncio.to_thread(process.end, signal.SIGTERM) for process in processes.values()]
    codes = await asyncio.gather(*ends)

    assert codes == [0, 0, 0, 0]
    for process in processes.values():
        assert '"event": "stopped"' in process.log.read_text()
