"""Is every list whole, page by page, in each of its orders, whatever is entered meanwhile?"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest

from shenguan_chassis.listing import BadCursor

from .conftest import INSPECTIONS, OPENED, SHOPS, Inspection, Register, shop, some_shops

ORDERS = ["opened_at", "-opened_at", "id", "-id", "closes_on", "-closes_on"]
ASKED: list[dict[str, Any]] = [
    {},
    {"kind": "food"},
    {"department": "health"},
    {"q": "食品有限"},
    {"closes": True},
    {"opened_at_from": OPENED + timedelta(days=1), "opened_at_before": OPENED + timedelta(days=4)},
    {"kind": "hotel", "q": "北京", "department": "fire"},
]


def fits(found: Any, asked: dict[str, Any], scope: str | None) -> bool:
    """What a list shows, said once more in plain words."""
    return (
        (scope is None or scope in found.departments)
        and found.kind == asked.get("kind", found.kind)
        and ("department" not in asked or asked["department"] in found.departments)
        and asked.get("q", "") in found.name
        and ("closes" not in asked or (found.closes_on is not None) == asked["closes"])
        and found.opened_at >= asked.get("opened_at_from", found.opened_at)
        and ("opened_at_before" not in asked or found.opened_at < asked["opened_at_before"])
    )


@pytest.mark.parametrize("scope", [None, "fire", "nobody", ""], ids=["all", "fire", "nobody", "no department"])
@pytest.mark.parametrize("sort", ORDERS)
async def test_every_entry_that_fits_comes_once_and_in_order(register: Register, sort: str, scope: str | None) -> None:
    entered = some_shops(120, seed=1)
    await register.enter(*entered)

    for asked in ASKED:
        found = await register.all(SHOPS, scope, sort=sort, limit=7, **asked)

        assert {row.id for row in found} == {row.id for row in entered if fits(row, asked, scope)}, asked
        column = sort.removeprefix("-")
        keys = [(getattr(row, column) or date.max, row.id) for row in found]
        assert keys == sorted(set(keys), reverse=sort.startswith("-")), asked


@pytest.mark.parametrize("scope", [None, "fire"])
@pytest.mark.parametrize("sort", ORDERS)
async def test_whoever_pages_while_others_enter_sees_each_earlier_entry_once(
    register: Register, beside: Any, sort: str, scope: str | None
) -> None:
    entered = [row for row in some_shops(60, seed=2) if scope is None or scope in row.departments]
    await register.enter(*entered)
    later = (row for n in count() for row in some_shops(200 + 7 * n, seed=n)[-7:])
    seen, after = [], None

    while True:
        page = await register.page(SHOPS, scope, sort=sort, limit=5, **({"after": after} if after else {}))
        seen += [row.id for row in page.items]
        await beside([next(later) for _ in range(3)])
        after = page.next
        if after is None or len(seen) > 500:
            break

    earlier = {row.id for row in entered}
    assert sorted(key for key in seen if key in earlier) == sorted(earlier)
    assert len(seen) == len(set(seen))


async def test_a_day_that_is_not_known_counts_as_the_latest(register: Register) -> None:
    await register.enter(shop(1, closes_on=date(2027, 1, 1)), shop(2), shop(3, closes_on=date(2026, 1, 1)))

    forwards = await register.all(SHOPS, sort="closes_on", limit=1)
    backwards = await register.all(SHOPS, sort="-closes_on", limit=1)

    assert [row.closes_on for row in forwards] == [date(2026, 1, 1), date(2027, 1, 1), None]
    assert [row.id for row in backwards] == [row.id for row in reversed(forwards)]


async def test_a_cursor_that_was_edited_is_refused(register: Register) -> None:
    await register.enter(*some_shops(10, seed=3))
    word = (await register.page(SHOPS, limit=2)).next
    assert word is not None

    for place, letter in enumerate(word):
        edited = word[:place] + ("A" if letter != "A" else "B") + word[place + 1 :]
        if place < len(word) - 1:  # the last letter may hold bits that mean nothing
            with pytest.raises(BadCursor):
                await register.page(SHOPS, limit=2, after=edited)


@pytest.mark.parametrize("word", ["nonsense", "", "=", "AAAA", "€", "W10", "A" * 999])
async def test_a_word_that_nobody_gave_is_no_cursor(register: Register, word: str) -> None:
    with pytest.raises(BadCursor):
        await register.page(SHOPS, after=word)


@pytest.mark.parametrize("other", [{"sort": "id"}, {"sort": "-opened_at"}, {"kind": "food"}, {"q": "北京"}])
async def test_a_cursor_is_good_for_its_own_filters_and_order_only(register: Register, other: dict[str, str]) -> None:
    await register.enter(*some_shops(10, seed=3))
    word = (await register.page(SHOPS, limit=2)).next

    with pytest.raises(BadCursor):
        await register.page(SHOPS, limit=2, after=word, **other)


async def test_a_cursor_of_another_list_is_refused(register: Register) -> None:
    await register.enter(*some_shops(10, seed=3))
    word = (await register.page(SHOPS, limit=2)).next

    with pytest.raises(BadCursor):
        await register.page(INSPECTIONS, after=word)


async def test_a_cursor_is_good_for_pages_of_another_length(register: Register) -> None:
    await register.enter(*some_shops(10, seed=3))
    word = (await register.page(SHOPS, limit=2)).next

    assert len((await register.page(SHOPS, limit=5, after=word)).items) == 5


async def test_a_cursor_outlives_the_rotation_of_its_key_but_not_its_removal(register: Register) -> None:
    from shenguan_chassis.keys import Keys
    from shenguan_chassis.testing.keys import a_master_key

    await register.enter(*some_shops(10, seed=3))
    word = (await register.page(SHOPS, limit=2)).next
    register.keys = Keys.read(f"{a_master_key(2)},{a_master_key(1)}", "test")
    assert len((await register.page(SHOPS, limit=2, after=word)).items) == 2

    register.keys = Keys.read(a_master_key(2), "test")

    with pytest.raises(BadCursor):
        await register.page(SHOPS, limit=2, after=word)


async def test_a_department_that_a_column_names_pages_through_its_own(register: Register) -> None:
    rows = [
        Inspection(id=row.id, shop_id=row.id, department="fire" if n % 3 else "water")
        for n, row in enumerate(some_shops(20, seed=4))
    ]
    await register.enter(*rows)

    found = await register.all(INSPECTIONS, "water", limit=2)

    assert {row.id for row in found} == {row.id for row in rows if row.department == "water"}
