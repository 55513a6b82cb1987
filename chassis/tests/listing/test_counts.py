"""How many are there? Told when asked, of the caller's own rows alone."""

from __future__ import annotations

import pytest

from shenguan_chassis.listing import Counted, counting

from .conftest import INSPECTIONS, SHOPS, Register, some_shops


async def test_nothing_is_counted_unasked(register: Register) -> None:
    await register.enter(*some_shops(10, seed=1))

    assert (await register.page(SHOPS)).count is None


@pytest.mark.parametrize("how", ["exact", "estimate"])
async def test_a_small_list_is_counted_exactly_as_far_as_the_caller_may_see_it(register: Register, how: str) -> None:
    rows = some_shops(50, seed=1)
    await register.enter(*rows)

    for scope in (None, "fire", "nobody", ""):
        mine = [row for row in rows if scope is None or scope in row.departments]
        page = await register.page(SHOPS, scope, count=how, limit=3)
        assert page.count == Counted(value=len(mine), kind="exact")
    page = await register.page(SHOPS, "fire", count=how, q="北京", kind="food", limit=1)
    fitting = [row for row in rows if "fire" in row.departments and "北京" in row.name and row.kind == "food"]
    assert page.count == Counted(value=len(fitting), kind="exact")


async def test_the_count_is_of_the_whole_list_on_every_page(register: Register) -> None:
    await register.enter(*some_shops(50, seed=1))
    first = await register.page(SHOPS, count="exact", limit=30)

    second = await register.page(SHOPS, count="exact", limit=30, after=first.next)

    assert second.count == first.count == Counted(value=50, kind="exact")


async def test_a_large_list_is_estimated_without_reading_it(large: Register) -> None:
    everything = (await large.page(SHOPS, count="estimate")).count
    departments = (await large.page(INSPECTIONS, "fire", count="estimate")).count

    assert everything is not None
    assert everything.kind == "estimate"
    assert 18_000 <= everything.value <= 22_000
    assert departments is not None
    assert departments.kind == "estimate"


async def test_the_estimate_of_a_department_tells_nothing_of_others(large: Register) -> None:
    assert (await large.page(INSPECTIONS, "water", count="estimate")).count == Counted(value=5, kind="exact")
    assert (await large.page(SHOPS, "water", count="estimate")).count == Counted(value=5, kind="exact")


async def test_an_exact_count_stops_at_its_limit(large: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MOST_COUNTED", 2_000)

    assert (await large.page(SHOPS, count="exact")).count == Counted(value=2_000, kind="at_least")
