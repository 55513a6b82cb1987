"""What is kept of a delivery that was asked for again while under way? The wish; what came of it adds to that."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from notify_svc.deliveries import rules
from notify_svc.deliveries.rules import Attempt, Delivery
from shenguan_chassis.egress.outcome import Answered
from shenguan_chassis.in_place import keep_at_once
from shenguan_chassis.testing.house import House

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
PLANNED = Delivery(
    subscription_id=UUID(int=1),
    number=7,
    department="fire",
    subject="license/7",
    type="cn.shenguan.approval.ApprovalIssued.v1",
    planned_at=NOON,
    due_at=NOON,
)


def arrived(delivery: Delivery) -> Delivery:
    return rules.tried(delivery, Attempt(NOON, 3, Answered(204, None, "")), pause=1, over_at=None)


async def row(house: House) -> Any:
    return await house.runtime.pool.fetchrow("SELECT state, attempts FROM deliveries")


@pytest.mark.parametrize("moved", [timedelta(minutes=1), timedelta(hours=-2)])
async def test_a_note_that_comes_late_does_not_undo_the_wish_even_where_the_clock_was_set_back(
    house: House, moved: timedelta
) -> None:
    await keep_at_once(house.runtime, [PLANNED])
    await keep_at_once(house.runtime, [rules.again(PLANNED, NOON + moved)])

    await keep_at_once(house.runtime, [arrived(PLANNED)])

    assert (await row(house))["state"] == "pending"


async def test_what_comes_of_the_second_sending_is_kept_as_ever(house: House) -> None:
    wished = rules.again(PLANNED, NOON)
    await keep_at_once(house.runtime, [wished])

    await keep_at_once(house.runtime, [arrived(wished)])

    assert (await row(house))["state"] == "delivered"
