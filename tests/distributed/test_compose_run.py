"""The whole story, told to containers, while each of them is restarted in the middle of it."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import GroupAuthorizationFailedError, KafkaError, TopicAuthorizationFailedError

from shenguan_chassis.testing.kafka import docker_answers, free_port, missing
from shenguan_launcher.compose_env import compose_env
from shenguan_launcher.district import SERVICES

pytestmark = [pytest.mark.whole, pytest.mark.kafka]

ROOT = Path(__file__).parents[2]
NAMES = [service.name for service in SERVICES]
Compose = Callable[..., str]


@pytest.fixture(scope="module")
def ports() -> dict[str, int]:
    return {name: free_port() for name in (*NAMES, "kafka")}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("compose")
    compose_env(made, feed=["fire", "housing"])
    return made


@pytest.fixture(scope="module")
def compose(folder: Path, ports: dict[str, int]) -> Iterator[Compose]:
    """`docker compose …` on a project of its own, up and healthy; nothing of it is left behind."""
    if not docker_answers():
        missing("no Docker engine answers: containers cannot be tried here")
    environment = {**os.environ, "SHENGUAN_SECRETS": str(folder / "secrets")}
    environment |= {f"{name.upper()}_PORT": str(port) for name, port in ports.items()}
    begin = ["docker", "compose", "--project-name", f"shenguan-test-{uuid4().hex[:8]}"]
    begin += ["--file", str(ROOT / "docker-compose.yml"), "--file", str(ROOT / "deploy" / "kafka-on-loopback.yml")]
    begin += ["--env-file", str(folder / ".env")]

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
    urls = ",".join(f"{name}=http://127.0.0.1:{port}" for name, port in ports.items() if name != "kafka")
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


def test_the_readmes_ten_lines_read_a_departments_feed_as_its_own_user(
    compose: Compose, folder: Path, ports: dict[str, int]
) -> None:
    example = (ROOT / "examples" / "kafka_consumer.py").read_text(encoding="utf-8")
    example = example.replace("localhost:9092", f"localhost:{ports['kafka']}")
    with subprocess.Popen(
        [sys.executable, "-u", "-c", example], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as reading:
        assert reading.stdout is not None
        lines = [reading.stdout.readline() for _ in range(3)]
        reading.kill()

    assert [int(line.split()[0]) for line in lines] == [1, 2, 3]


@pytest.mark.parametrize("topic", ["shenguan.feed.housing.v1", "shenguan.approval.v1", "shenguan.control.v1"])
async def test_a_departments_user_may_not_read_anything_else(
    compose: Compose, folder: Path, ports: dict[str, int], topic: str
) -> None:
    with pytest.raises(TopicAuthorizationFailedError):
        await first_record(ports["kafka"], folder, topic=topic)


async def test_a_departments_user_may_not_join_anothers_groups(
    compose: Compose, folder: Path, ports: dict[str, int]
) -> None:
    assert await first_record(ports["kafka"], folder, group="fire.archive")
    with pytest.raises(GroupAuthorizationFailedError):
        await first_record(ports["kafka"], folder, group="housing.systems")


@pytest.mark.parametrize("topic", ["shenguan.feed.fire.v1", "shenguan.supervision.v1"])
async def test_a_departments_user_may_write_nowhere(
    compose: Compose, folder: Path, ports: dict[str, int], topic: str
) -> None:
    producer = AIOKafkaProducer(**signed_on(ports["kafka"], folder, "feed-fire"))
    await producer.start()
    try:
        with pytest.raises(TopicAuthorizationFailedError):
            await producer.send_and_wait(topic, b"{}")
    finally:
        await producer.stop()


async def test_whoever_does_not_know_the_password_does_not_get_in(
    compose: Compose, folder: Path, ports: dict[str, int]
) -> None:
    unsigned = {"bootstrap_servers": f"localhost:{ports['kafka']}", "request_timeout_ms": 5_000}
    for options in (unsigned, signed_on(ports["kafka"], folder, "feed-fire") | {"sasl_plain_password": "x" * 64}):
        producer = AIOKafkaProducer(**options)
        with pytest.raises(KafkaError):
            await producer.start()
        await producer.stop()


def signed_on(port: int, folder: Path, user: str) -> dict[str, Any]:
    """How a Kafka client signs on as a user."""
    return {
        "bootstrap_servers": f"localhost:{port}",
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": user,
        "sasl_plain_password": (folder / "secrets" / "kafka" / user).read_text(),
    }


async def first_record(
    port: int, folder: Path, *, topic: str = "shenguan.feed.fire.v1", group: str = "fire.systems"
) -> Any:
    """What the fire department's user reads first."""
    consumer = AIOKafkaConsumer(
        topic, group_id=group, auto_offset_reset="earliest", **signed_on(port, folder, "feed-fire")
    )
    try:
        async with asyncio.timeout(60):
            await consumer.start()
            return await consumer.getone()
    finally:
        await consumer.stop()


@pytest.mark.parametrize("name", NAMES)
def test_a_container_stops_in_order_and_runs_as_no_privileged_user(compose: Compose, name: str) -> None:
    user = compose("exec", "--no-TTY", name, "id", "-u").strip()

    compose("stop", name)

    stopped = compose("ps", "--all", "--format", "{{.ExitCode}}", name).strip()
    assert (user, stopped) == ("10001", "0")
