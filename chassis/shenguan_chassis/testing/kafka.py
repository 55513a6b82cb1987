"""How do tests get a real Kafka? One given, one in a container, or one started from its jars by Java alone."""

import fcntl
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

GIVEN = "SHENGUAN_TEST_KAFKA"
IMAGE = "apache/kafka:4.3.1"
_STARTED = "Kafka Server started"
_START_WITHIN = 60.0
_ARE_YOU_THERE = bytes.fromhex("0000000a 0012 0000 00000001 ffff")
"""ApiVersions, the request that every broker answers first: 10 bytes, key 18, version 0, number 1, nobody's name."""

_POM = """<project><modelVersion>4.0.0</modelVersion>
<groupId>cn.shenguan</groupId><artifactId>test-kafka</artifactId><version>1</version><packaging>pom</packaging>
<dependencies>
<dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>4.3.1</version></dependency>
<dependency><groupId>org.apache.kafka</groupId><artifactId>kafka-tools</artifactId><version>4.3.1</version></dependency>
<dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-slf4j-impl</artifactId><version>2.25.4</version>
</dependency></dependencies></project>
"""

_LOG4J = """<Configuration><Appenders><Console name="out"><PatternLayout pattern="%d %p %m%n"/></Console></Appenders>
<Loggers><Root level="info"><AppenderRef ref="out"/></Root></Loggers></Configuration>
"""


def missing(reason: str) -> None:
    """Skip loudly; where `CI=true` a test that cannot run is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


class NativeKafka:
    """One broker of our own: it can be stopped, killed, and made to lose the tail of its log.

    Jars lie in `jars`, its log in `home`; it listens on one port of the loopback for all its lives.
    """

    def __init__(self, jars: Path, home: Path) -> None:
        self._class_path = f"{home}:{jars}/*"
        self._home = home
        self._port, self._controller_port = free_port(), free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def servers(self) -> str:
        """Its address, "host:port"."""
        return f"127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start it, and return when it serves; harmless when it runs."""
        if self._process is not None:
            return
        if not self._settings.exists():
            self._format()
        log = self._home / "server.log"
        with log.open("wb") as out:
            self._process = subprocess.Popen(self._java("kafka.Kafka", str(self._settings)), stdout=out, stderr=out)
        _wait(lambda: _STARTED in log.read_text(errors="replace") or self._ended(), "the broker did not start")
        if self._ended():
            raise RuntimeError(f"the broker ended: {log.read_text(errors='replace')[-2000:]}")

    def stop(self) -> None:
        """Stop it as an operator does; harmless when it does not run."""
        self._end(signal.SIGTERM)

    def kill9(self) -> None:
        """Kill it between any two instructions; harmless when it does not run."""
        self._end(signal.SIGKILL)

    def lose_tail(self, topic: str, n: int) -> None:
        """Let every partition of the topic of the stopped broker lose its last `n` records, and those of their batches.

        This is what a power cut does to a log that was not flushed.
        """
        if self._process is not None:
            raise RuntimeError("stop the broker first")
        for folder in (self._home / "log").glob(f"{topic}-*"):
            if re.fullmatch(re.escape(topic) + r"-\d+", folder.name):
                _cut(folder, n)
        for checkpoint in (self._home / "log").glob("*checkpoint"):
            checkpoint.unlink()

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(timeout=30)
            self._process = None

    def _ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    @property
    def _settings(self) -> Path:
        return self._home / "server.properties"

    def _format(self) -> None:
        self._home.mkdir(parents=True, exist_ok=True)
        (self._home / "log4j2.xml").write_text(_LOG4J)
        draft = self._settings.with_suffix(".draft")
        draft.write_text("\n".join(f"{name}={value}" for name, value in self._properties().items()))
        command = self._java("kafka.tools.StorageTool", "format", "--standalone", "-t", "AAAAAAAAAAAAAAAAAAAAAQ")
        subprocess.run([*command, "-c", str(draft)], check=True, capture_output=True)
        draft.rename(self._settings)

    def _properties(self) -> dict[str, str]:
        return {
            "process.roles": "broker,controller",
            "node.id": "1",
            "listeners": f"PLAINTEXT://127.0.0.1:{self._port},CONTROLLER://127.0.0.1:{self._controller_port}",
            "advertised.listeners": f"PLAINTEXT://127.0.0.1:{self._port}",
            "controller.listener.names": "CONTROLLER",
            "controller.quorum.bootstrap.servers": f"127.0.0.1:{self._controller_port}",
            "log.dirs": str(self._home / "log"),
            # A broker that was killed may come back as soon as its session has ended.
            "broker.session.timeout.ms": "1500",
            "broker.heartbeat.interval.ms": "300",
            "offsets.topic.replication.factor": "1",
            "offsets.topic.num.partitions": "4",
            "transaction.state.log.replication.factor": "1",
            "transaction.state.log.min.isr": "1",
            "share.coordinator.state.topic.replication.factor": "1",
            "share.coordinator.state.topic.min.isr": "1",
            "group.initial.rebalance.delay.ms": "0",
            "auto.create.topics.enable": "false",
        }

    def _java(self, *arguments: str) -> list[str]:
        return ["java", "-Xmx512m", "-XX:TieredStopAtLevel=1", "-cp", self._class_path, *arguments]


def _cut(folder: Path, n: int) -> None:
    """Truncate a partition's last segment at a batch: eight bytes base offset, four bytes length, then the batch."""
    segment = max(folder.glob("*.log"))
    raw = segment.read_bytes()
    batches, at = [], 0
    while at + 61 <= len(raw):
        batches.append((int.from_bytes(raw[at : at + 8]), at, int.from_bytes(raw[at + 23 : at + 27])))
        length = int.from_bytes(raw[at + 8 : at + 12])
        if length == 0:
            batches.pop()
            break
        at += 12 + length
    if not batches:
        return
    end = batches[-1][0] + batches[-1][2] + 1
    kept = [position for base, position, _ in batches if base >= end - n]
    with segment.open("r+b") as out:
        out.truncate(kept[0] if kept else at)
    for derived in (*folder.glob("*.index"), *folder.glob("*.timeindex"), *folder.glob("*.snapshot")):
        derived.unlink()
    (folder / "leader-epoch-checkpoint").unlink(missing_ok=True)


def kafka_jars(cache: Path) -> Path:
    """Find Kafka's jars in the cache, or let Maven fetch them once. Skips where Java 17 or Maven is missing."""
    jars = cache / "libs"
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two test runs may want them at once
        _fetch_once(cache, jars)
    if shutil.which("java") is None:
        missing("no Kafka: Java 17 is missing")
    return jars


def _fetch_once(cache: Path, jars: Path) -> None:
    if not jars.exists():
        if shutil.which("java") is None or shutil.which("mvn") is None:
            missing("no Kafka: neither Docker nor Java 17 with Maven, and SHENGUAN_TEST_KAFKA is not set")
        (cache / "pom.xml").write_text(_POM)
        new = cache / "libs.new"
        command = ["mvn", "-q", "-B", "-f", str(cache / "pom.xml"), "dependency:copy-dependencies"]
        run = subprocess.run([*command, f"-DoutputDirectory={new}"], check=False, capture_output=True, text=True)
        if run.returncode != 0:
            missing(f"no Kafka: Maven could not fetch it: {run.stdout[-500:]}")
        new.rename(jars)


def docker_answers() -> bool:
    """Tell whether there is a Docker engine to run containers on."""
    docker = shutil.which("docker")
    return docker is not None and subprocess.run([docker, "info"], check=False, capture_output=True).returncode == 0


@contextmanager
def kafka_container() -> Iterator[str]:
    """Run Kafka's own image; yields its address."""
    _forgo_the_reaper_if_it_cannot_be_had()
    from testcontainers.core.container import DockerContainer

    port = free_port()
    container = DockerContainer(IMAGE).with_bind_ports(9092, port)
    for name, value in _container_settings(port).items():
        container = container.with_env(f"KAFKA_{name}", value)
    with container:
        _wait(lambda: _answers(port), "the broker in the container did not start")
        yield f"127.0.0.1:{port}"


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=2) as broker:
        broker.sendall(_ARE_YOU_THERE)
        return len(broker.recv(4)) == 4
    return False


def _container_settings(port: int) -> dict[str, str]:
    return {
        "NODE_ID": "1",
        "PROCESS_ROLES": "broker,controller",
        "LISTENERS": "PLAINTEXT://:9092,CONTROLLER://:9093",
        "ADVERTISED_LISTENERS": f"PLAINTEXT://127.0.0.1:{port}",
        "CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "LISTENER_SECURITY_PROTOCOL_MAP": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
        "CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
        "OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
    }


def _forgo_the_reaper_if_it_cannot_be_had() -> None:
    """The fixture removes its container itself; the reaper only helps when this process is killed."""
    from testcontainers.core.config import testcontainers_config

    found = subprocess.run(
        ["docker", "image", "inspect", testcontainers_config.ryuk_image], check=False, capture_output=True
    )
    if found.returncode != 0:
        testcontainers_config.ryuk_disabled = True


def free_port() -> int:
    """A port of the loopback that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(holds: Callable[[], bool], complaint: str) -> None:
    deadline = time.monotonic() + _START_WITHIN
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(complaint)
        time.sleep(0.05)
