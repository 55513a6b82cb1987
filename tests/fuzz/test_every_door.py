"""Does every door do what its own description says, whatever is sent?

Schemathesis reads each service's OpenAPI document and tries all its doors: with examples, at the edges of every schema,
with good and bad data by chance, and in sequences. All its checks must hold. The seed rotates by the day; schemathesis
prints it, and SHENGUAN_SEED replays it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from shenguan_contracts.catalogue import SERVICES

_HERE = Path(__file__).parent
_ALL = "examples,coverage,fuzzing,stateful"
_BRIEFLY = "examples,fuzzing,stateful"


def _seed() -> int:
    return int(os.environ.get("SHENGUAN_SEED") or datetime.now(UTC).date().toordinal())


def _tried(
    town: Any, service: str, folder: Path, examples: int, phases: str = _ALL
) -> subprocess.CompletedProcess[str]:
    seed = _seed()
    document = f"{town.url}/{service}/v1/openapi.json"
    options = [
        "--checks",
        "all",
        "--mode",
        "all",
        "--phases",
        phases,
        "--max-examples",
        str(examples),
        "--seed",
        str(seed),
    ]
    known = {
        "SCHEMATHESIS_HOOKS": "schemathesis_hooks",
        "SHENGUAN_FUZZ_TOKENS": json.dumps(town.tokens),
        "PYTHONPATH": os.pathsep.join([str(_HERE), *filter(None, [os.environ.get("PYTHONPATH")])]),
    }
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(_HERE / "schemathesis.toml"), "run"]
    return subprocess.run(
        [*command, document, *options], cwd=folder, env=os.environ | known, capture_output=True, text=True, check=False
    )


@pytest.mark.slow
@pytest.mark.parametrize("service", SERVICES)
def test_a_sample_of_all_that_can_be_sent_finds_every_door_as_described(
    town: Any, service: str, tmp_path: Path
) -> None:
    """The edges of every schema are walked for one service a day: they are thousands of requests."""
    phases = _ALL if service == SERVICES[_seed() % len(SERVICES)] else _BRIEFLY

    tried = _tried(town, service, tmp_path, examples=1, phases=phases)

    assert tried.returncode == 0, tried.stdout
    assert "request failed" not in town.log.read_text("utf-8")


@pytest.mark.slow
def test_nothing_secret_is_in_the_log_of_all_this(town: Any) -> None:
    log = town.log.read_text("utf-8")
    kept = [path for path in town.state.folder.glob("*") if path.is_file() and "key" in path.name]
    secrets = [*town.tokens.values(), *(path.read_text("utf-8").strip() for path in kept)]

    assert len(kept) >= 2
    assert not [secret[:6] for secret in secrets if secret in log]
    assert not [word for word in ("Bearer ", "postgresql://", "Traceback") if word in log]


@pytest.mark.whole
@pytest.mark.slow
@pytest.mark.parametrize("service", SERVICES)
def test_whatever_is_sent_every_door_is_as_described(town: Any, service: str, tmp_path: Path) -> None:
    tried = _tried(town, service, tmp_path, examples=60)

    assert tried.returncode == 0, tried.stdout
    assert "request failed" not in town.log.read_text("utf-8")
