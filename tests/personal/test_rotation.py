"""Master keys are rotated as the operators' page says: data are readable at every step, and the old key can go."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from shenguan_chassis.keys import KEY_FILE, KeyFault, new_master_key
from shenguan_kernel.roles import Role
from shenguan_launcher.demo import fresh_state
from shenguan_launcher.district import State
from shenguan_launcher.main import app
from shenguan_launcher.serving import serving
from tests.isolation.world import open_district_at_hand

pytestmark = pytest.mark.slow

NUMBER = "19987654321"


async def shenguan(*words: str, state: State) -> str:
    """What a command says, given beside the running district."""
    result = await asyncio.to_thread(CliRunner().invoke, app, [*words, "--data", str(state.folder)])
    assert result.exit_code == 0, result.output
    return result.stdout


async def registered(state: State) -> str:
    body = {"department": "fire", "name": "示例甲", "title": "示例职务", "mobile": NUMBER}
    async with open_district_at_hand(state) as world:
        made = await world.do("/notify/v1/people", Role.LIAISON_LEAD, "fire", body)
    return str(made["id"])


async def found_by_number(state: State) -> list[Any]:
    async with open_district_at_hand(state) as world:
        answer = await world.ask("GET", "/notify/v1/people-by-number", Role.REVIEWER, headers={"Find-Mobile": NUMBER})
    return [person["id"] for person in answer.json()["items"]]


def key_file(state: State) -> Path:
    return state.folder / KEY_FILE


async def test_a_rotation_from_the_first_step_to_the_last() -> None:
    with fresh_state() as state:
        person = await registered(state)

        await shenguan("keys", "rotate", state=state)
        assert await found_by_number(state) == [person]

        async with serving(state, 0):
            before = await shenguan("keys", "show", state=state)
            sealed = await shenguan("keys", "rewrap", state=state)
            after = await shenguan("keys", "show", state=state)
            await shenguan("keys", "drop", "1", state=state)
        assert "k1 (aes-256-gcm): 1" in before
        assert "notify: 1" in sealed
        assert "k2 (aes-256-gcm): 1" in after

        assert "k1:" not in key_file(state).read_text()
        assert await found_by_number(state) == [person]


async def test_a_generation_that_rows_need_is_neither_dropped_nor_done_without() -> None:
    with fresh_state() as state:
        await registered(state)
        await shenguan("keys", "rotate", state=state)

        async with serving(state, 0):
            refused = await asyncio.to_thread(
                CliRunner().invoke, app, ["keys", "drop", "1", "--data", str(state.folder)]
            )
        assert refused.exit_code == 1

        key_file(state).write_text(key_file(state).read_text().split(",")[0])
        with pytest.raises(KeyFault) as missing:
            await found_by_number(state)
        assert missing.value.code == "master_key_missing"


async def test_another_key_under_the_same_name_does_not_start_the_district() -> None:
    with fresh_state() as state:
        await registered(state)

        key_file(state).write_text(new_master_key(1))

        with pytest.raises(KeyFault) as differs:
            await found_by_number(state)
        assert differs.value.code == "master_key_differs"
