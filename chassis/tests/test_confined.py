"""What is parsed in a child with bounds cannot take more than these, nor learn what the house knows."""

from __future__ import annotations

import ast
import asyncio

import pytest

from shenguan_chassis.confined import Bounds, Failed, OutOfBounds, TooManyFiles, confined

pytestmark = pytest.mark.slow

GREEDY = "shenguan_chassis.testing.greedy"
PATIENT = Bounds(seconds=60)


async def test_a_parser_that_behaves_gives_its_answer() -> None:
    assert await confined(GREEDY, b"answer", PATIENT) == b"ANSWER"


@pytest.mark.parametrize(
    ("deed", "bounds"),
    [
        (b"memory", PATIENT),
        (b"processor", Bounds(cpu=1, seconds=60)),
        (b"idle", Bounds(seconds=2)),
    ],
)
async def test_a_parser_that_wants_too_much_is_ended(deed: bytes, bounds: Bounds) -> None:
    with pytest.raises(OutOfBounds):
        await confined(GREEDY, deed, bounds)


async def test_a_parser_that_breaks_is_told_from_one_that_wants_too_much() -> None:
    with pytest.raises(Failed):
        await confined(GREEDY, b"fail", PATIENT)


async def test_a_parser_writes_no_file() -> None:
    with pytest.raises(Failed):
        await confined(GREEDY, b"write", PATIENT)


async def test_a_parser_does_not_learn_the_houses_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHENGUAN_MASTER_KEYS", "k1:secret")

    told = ast.literal_eval((await confined(GREEDY, b"environment", PATIENT)).decode())

    assert not [name for name in told if name.startswith("SHENGUAN_")]


async def test_only_so_many_files_are_parsed_at_once() -> None:
    asked = [confined(GREEDY, b"x", PATIENT) for _ in range(5)]

    told = await asyncio.gather(*asked, return_exceptions=True)

    assert sorted(type(one).__name__ for one in told) == ["TooManyFiles", "bytes", "bytes", "bytes", "bytes"]
    assert TooManyFiles.status == 503
