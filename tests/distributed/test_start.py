"""A service that was told something wrong says so in one line and does not start."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from approval_svc.app import service
from shenguan_chassis.identity import LocalIssuer
from shenguan_chassis.migrating import is_current, migrate
from shenguan_chassis.testing.kafka import free_port
from shenguan_chassis.testing.keys import MASTER_KEYS, a_master_key
from shenguan_chassis.testing.postgres import Databases

pytestmark = pytest.mark.slow

Told = dict[str, str]


def start(told: Told, command: str = "serve") -> tuple[int, list[str]]:
    """The exit code, and each line that was said."""
    environment = {"PATH": os.environ["PATH"], **{f"SHENGUAN_{name}": value for name, value in told.items()}}
    words = [sys.executable, "-m", "approval_svc", command]
    ended = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=60, check=False)
    return ended.returncode, (ended.stdout + ended.stderr).splitlines()


@pytest.fixture
async def told(databases: Databases, tmp_path: Path, issuer: LocalIssuer) -> Told:
    """What is right, but for a bus that nobody serves."""
    dsn = await databases.fresh("approval", lambda template: migrate(template, service.migrations))
    return {
        "DATABASE_URL": dsn,
        "BUS_URL": f"kafka://127.0.0.1:{free_port()}",
        "MASTER_KEYS": MASTER_KEYS,
        "JWKS": str(tmp_path / "jwks.json"),
        "STATE": str(tmp_path),
    }


def test_each_missing_setting_has_its_line() -> None:
    code, lines = start({})

    assert code == 2
    assert [line.split(":")[0] for line in lines] == [
        "配置错误 SHENGUAN_DATABASE_URL",
        "配置错误 SHENGUAN_MASTER_KEYS",
        "配置错误 SHENGUAN_BUS_URL",
        "配置错误 SHENGUAN_JWKS",
    ]


def test_each_wrong_setting_has_its_line(told: Told) -> None:
    code, lines = start(told | {"DIVISION": "Zhangdian", "PARTITIONS": "many"})

    assert code == 2
    assert [line.split(":")[0] for line in lines] == ["配置错误 SHENGUAN_DIVISION", "配置错误 SHENGUAN_PARTITIONS"]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("k1:short", "master_key_malformed"),
        ("k1:" + "A" * 43 + "=", "master_key_weak"),
        (f"{MASTER_KEYS},{MASTER_KEYS}", "master_key_twice"),
    ],
)
def test_a_master_key_that_is_no_good_is_refused_without_showing_it(told: Told, value: str, code: str) -> None:
    exit_code, lines = start(told | {"MASTER_KEYS": value})

    assert exit_code == 2
    assert len(lines) == 1
    assert lines[0].startswith("配置错误 SHENGUAN_MASTER_KEYS: ")
    assert code in lines[0]
    assert value[3:] not in lines[0]


def test_another_key_under_a_known_name_is_refused(told: Told) -> None:
    start(told)  # notes the key, and then finds no bus

    exit_code, lines = start(told | {"MASTER_KEYS": f"k1:{a_master_key(7).partition(':')[2]}"})

    assert (exit_code, len(lines)) == (2, 1)
    assert "master_key_differs" in lines[0]


@pytest.mark.parametrize(("name", "value"), [("BUS_URL", "amqp://rabbit"), ("JWKS", "/no/such/file")])
def test_a_setting_that_leads_nowhere_is_named(told: Told, name: str, value: str) -> None:
    code, lines = start(told | {name: value})

    assert code == 2
    assert len(lines) == 1
    assert lines[0].startswith(f"配置错误 SHENGUAN_{name}: ")


async def test_a_database_not_migrated_is_not_touched(told: Told, databases: Databases) -> None:
    code, lines = start(told | {"DATABASE_URL": await databases.fresh("empty")})

    assert (code, lines) == (2, ["数据库结构不是本版本的：请先运行 python -m approval_svc migrate。"])


async def test_the_step_of_its_own_migrates_it(told: Told, databases: Databases) -> None:
    empty = told | {"DATABASE_URL": await databases.fresh("empty")}

    assert start(empty, "migrate") == (0, [])
    assert await is_current(empty["DATABASE_URL"], service.migrations)


@pytest.mark.parametrize(("command", "what"), [("serve", "no such password"), ("migrate", "no server")])
def test_a_database_that_lets_nobody_in_is_named_without_its_password(told: Told, command: str, what: str) -> None:
    wrong = {
        "no server": f"postgresql://approval:hunter2@127.0.0.1:{free_port()}/approval",
        "no such password": told["DATABASE_URL"].replace("approval:", "approval:hunter2", 1),
    }

    code, lines = start(told | {"DATABASE_URL": wrong[what]}, command)

    assert code == 2
    assert len(lines) == 1
    assert "SHENGUAN_DATABASE_URL" in lines[0]
    assert "hunter2" not in lines[0]


def test_a_bus_that_does_not_answer_is_named(told: Told) -> None:
    code, lines = start(told)

    assert code == 2
    assert len(lines) == 1
    assert "SHENGUAN_BUS_URL" in lines[0]


def test_an_unknown_command_is_answered_with_the_usage() -> None:
    assert start({}, "dance") == (2, ["用法 usage: python -m approval_svc serve [--port 8000] | migrate"])
