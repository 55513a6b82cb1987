"""Is each page read along an index, with one statement or two, however much lies in the table?"""

from __future__ import annotations

import re
from typing import Any

import pytest
from pydantic import ValidationError

from shenguan_chassis.listing import BadCursor, Listing

from .conftest import INSPECTIONS, SHOPS, Register


async def plan_of(register: Register, statement: str) -> str:
    """How PostgreSQL carries a statement out, whatever its parameters are."""
    nothing = ", ".join("NULL" for _ in {*re.findall(r"\$\d+", statement)})
    await register.connection.execute(f"PREPARE looked_at AS {statement}")
    rows = await register.connection.fetch(f"EXPLAIN (COSTS OFF) EXECUTE looked_at({nothing})")
    await register.connection.execute("DEALLOCATE looked_at")
    return "\n".join(row[0] for row in rows)


async def read(register: Register, listing: Listing[Any], scope: str | None, asked: dict[str, Any]) -> list[str]:
    """The statements of the second page."""
    first = await register.page(listing, scope, **asked)
    register.statements.clear()
    await register.page(listing, scope, **asked, after=first.next)
    return list(register.statements)


@pytest.mark.parametrize(
    ("listing", "scope", "asked", "index"),
    [
        (SHOPS, None, {}, "shops_by_opening"),
        (SHOPS, None, {"sort": "-opened_at"}, "shops_by_opening"),
        (SHOPS, None, {"sort": "id"}, "shops_pkey"),
        (SHOPS, None, {"sort": "closes_on"}, "shops_by_closing"),
        (SHOPS, None, {"sort": "-closes_on"}, "shops_by_closing"),
        (SHOPS, None, {"kind": "food"}, "shops_by_kind"),
        (INSPECTIONS, None, {}, "inspections_by_time"),
        (INSPECTIONS, "fire", {}, "inspections_of_department"),
        (INSPECTIONS, None, {"department": "fire"}, "inspections_of_department"),
    ],
)
async def test_a_plain_page_is_one_statement_along_one_index(
    large: Register, listing: Listing[Any], scope: str | None, asked: dict[str, Any], index: str
) -> None:
    (statement,) = await read(large, listing, scope, {**asked, "limit": 5})

    plan = await plan_of(large, statement)
    assert index in plan
    assert "Sort" not in plan
    assert "Seq Scan" not in plan


@pytest.mark.parametrize(
    ("scope", "asked"),
    [
        (None, {"q": "常见商店"}),
        ("fire", {}),
        ("fire", {"q": "有限公司"}),
        (None, {"department": "fire", "sort": "-id"}),
    ],
)
async def test_what_fits_often_is_found_by_walking_in_order(
    large: Register, scope: str | None, asked: dict[str, Any]
) -> None:
    (statement,) = await read(large, SHOPS, scope, {**asked, "limit": 5})

    plan = await plan_of(large, statement)
    assert "Sort" not in plan
    assert "Bitmap" not in plan
    assert "Seq Scan" not in plan


@pytest.mark.parametrize(
    ("scope", "asked", "index"),
    [
        (None, {"q": "罕见商店", "limit": 3}, "shops_by_name"),
        ("water", {"limit": 3}, "shops_of_departments"),
        (None, {"department": "water", "limit": 3}, "shops_of_departments"),
    ],
)
async def test_what_fits_seldom_is_looked_up_by_its_own_index(
    large: Register, scope: str | None, asked: dict[str, Any], index: str
) -> None:
    walked, looked_up = await read(large, SHOPS, scope, asked)

    assert "Bitmap" not in await plan_of(large, walked)
    plan = await plan_of(large, looked_up)
    assert index in plan
    assert "Seq Scan" not in plan


async def test_no_list_ever_skips_rows_by_number(large: Register) -> None:
    large.statements.clear()

    for asked in ({}, {"q": "罕见商店"}, {"department": "water"}, {"kind": "food"}):
        await large.page(SHOPS, **asked)

    assert large.statements
    assert not [statement for statement in large.statements if "OFFSET" in statement]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"sort": "name"}, "sort"),
        ({"sort": "--id"}, "sort"),
        ({"sort": ""}, "sort"),
        ({"sort": "id,opened_at"}, "sort"),
        ({"limit": 0}, "limit"),
        ({"limit": 201}, "limit"),
        ({"count": "all"}, "count"),
        ({"colour": "red"}, "colour"),
        ({"opened_at_from": "2026-03-02"}, "opened_at_from"),
        ({"opened_at_from": "0001-01-01T00:00:00+23:00"}, "opened_at_from"),
        ({"kind": "a\x00b"}, "kind"),
    ],
)
def test_what_a_list_does_not_offer_is_refused_by_name(asked: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        SHOPS.asked.model_validate(asked)

    assert [error["loc"] for error in refused.value.errors()] == [(field,)]


def test_a_wrong_order_is_refused_with_the_orders_there_are() -> None:
    with pytest.raises(ValidationError, match="opened_at、id、closes_on、-opened_at、-id、-closes_on"):
        SHOPS.asked.model_validate({"sort": "name"})


def test_a_bad_cursor_says_what_to_do_in_chinese() -> None:
    assert BadCursor().code == "bad_cursor"
    assert "第一页" in BadCursor.detail()
