"""The whole story, told to containers, while each of them is restarted in the middle of it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from shenguan_chassis.testing.kafka import docker_answers, free_port, missing
from shenguan_launcher.compose_env import compose_env
from shenguan_launcher.district import SERVICES

pytestmark = [pytest.mark.whole, pytest.mark.kafka]

ROOT = Path(__file__).parents[2]
NAMES = [service.name for service in SERVICES]
Compose = Callable[..., str]


@pytest.fixture(scope="module")
def ports() -> dict[str, int]:
    return {name: free_port() for name in NAMES}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("compose")
    compose_env(made)
    return made


@pytest.fixture(scope="module")
def compose(folder: Path, ports: dict[str, int]) -> Iterator[Compose]:
    """`docker compose …` on a project of its own, up and healthy; nothing of it is left behind."""
    if not docker_answers():
        missing("no Docker engine answers: containers cannot be tried here")
    environment = {**os.environ, "SHENGUAN_SECRETS": str(folder / "secrets")}
    environment |= {f"{name.upper()}_PORT": str(port) for name, port in ports.items()}
    begin = ["docker", "compose", "--project-name", f"shenguan-test-{uuid4().hex[:8]}"]
    begin += ["--file", str(ROOT / "docker-compose.yml"), "--env-file", str(folder / ".env")]

    def run(*words: str) -> str:
        ended = subprocess.run([*begin, *words], env=environment, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stderr[-3000:]
        return ended.stdout

    try:
        run("up", "--detach", "--build", "--wait")
        yield run
    finally:
        run("down", "--volumes", "--remove-orphans")


def test_the_story_is_told_whole_while_each_service_restarts(
    compose: Compose, folder: Path, ports: dict[str, int], tmp_path: Path
) -> None:
    urls = ",".join(f"{name}=http://127.0.0.1:{port}" for name, port in ports.items())
    words = ["demo", "--urls", urls, "--issuer", str(folder / "secrets" / "issuer"), "--out", str(tmp_path)]

    with subprocess.Popen(
        [sys.executable, "-m", "shenguan_launcher", *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as story:
        for name in ("supervision", "approval", "notify", "expert"):
            compose("restart", name)
        told, _ = story.communicate(timeout=300)

    assert story.returncode == 0, told[-3000:]


def test_a_service_may_not_log_in_to_the_database_of_another(compose: Compose, folder: Path) -> None:
    own = (folder / "secrets" / "approval_database_url").read_text()
    others = own.rpartition("/")[0] + "/supervision"
    ask = f'psql "{own}" -Atc "SELECT current_user" && ! psql "{others}" -c "SELECT 1" 2>&1'

    answer = compose("exec", "--no-TTY", "postgres", "sh", "-c", ask)

    assert answer.splitlines()[0] == "approval"
    assert 'permission denied for database "supervision"' in answer


@pytest.mark.parametrize("name", NAMES)
def test_a_container_stops_in_order_and_runs_as_no_privileged_user(compose: Compose, name: str) -> None:
    user = compose("exec", "--no-TTY", name, "id", "-u").strip()

    compose("stop", name)

    stopped = compose("ps", "--all", "--format", "{{.ExitCode}}", name).strip()
    assert (user, stopped) == ("10001", "0")
