"""Is a name found by any part of it, however it is written, and by nothing else?"""

from __future__ import annotations

import random
import unicodedata

import pytest
from pydantic import ValidationError

from .conftest import SHOPS, Register, shop


async def found(register: Register, sought: str) -> set[str]:
    return {row.name for row in await register.all(SHOPS, q=sought)}


NAMES = [
    "北京恒瑞餐饮（海淀）有限公司",
    "青河恒泰商贸有限公司",
    "ＫＦＣ青河店",
    "100%好_店",
    "100元好店",
    "公司有限",
    "一",
]


@pytest.mark.parametrize(
    ("sought", "names"),
    [
        ("恒瑞", {NAMES[0]}),
        ("有限公司", {NAMES[0], NAMES[1]}),
        ("公司有限", {NAMES[5]}),
        ("(海淀)", {NAMES[0]}),
        ("（海淀）", {NAMES[0]}),
        ("kfc", {NAMES[2]}),
        ("ｋｆｃ　青河", {NAMES[2]}),
        ("恒 瑞", {NAMES[0]}),
        ("0%", {NAMES[3]}),
        ("%好", {NAMES[3]}),
        ("好_店", {NAMES[3]}),
        ("%%", set()),
        ("__", set()),
        ("\\%", set()),
        ("恒瑞商贸", set()),
        ("瑞恒", set()),
    ],
)
async def test_two_characters_find_a_name_however_it_is_written(
    register: Register, sought: str, names: set[str]
) -> None:
    await register.enter(*(shop(n, name=name) for n, name in enumerate(NAMES)))

    assert await found(register, sought) == names


@pytest.mark.parametrize("sought", ["", "恒", " 恒 ", "　恒", "恒" * 101, "恒\x00瑞"])
def test_one_character_too_many_and_what_no_name_holds_are_refused_in_chinese(sought: str) -> None:
    with pytest.raises(ValidationError) as refused:
        SHOPS.asked.model_validate({"q": sought})

    assert refused.value.errors()[0]["loc"] == ("q",)


async def test_whatever_is_found_holds_what_was_sought_and_whatever_holds_it_is_found(register: Register) -> None:
    chance = random.Random(7)
    letters = "恒瑞公司有限AaＡ１1（( 　"
    names = {"".join(chance.choices(letters, k=chance.randint(1, 8))) for _ in range(300)}
    await register.enter(*(shop(n, name=name) for n, name in enumerate(sorted(names))))

    for _ in range(150):
        sought = "".join(chance.choices(letters, k=chance.randint(2, 4)))
        if len(plain(sought)) < 2:
            continue
        assert await found(register, sought) == {name for name in names if plain(sought) in plain(name)}, sought


def plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).lower().replace(" ", "")
