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


def _tried(town: Any, service: str, folder: Path, examples: int) -> subprocess.CompletedProcess[str]:
    seed = os.environ.get("SHENGUAN_SEED") or str(datetime.now(UTC).date().toordinal())
    document = f"{town.url}/{service}/v1/openapi.json"
    options = ["--checks", "all", "--mode", "all", "--max-examples", str(examples), "--seed", seed]
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
    tried = _tried(town, service, tmp_path, examples=1)

    assert tried.returncode == 0, tried.stdout
    assert "request failed" not in town.log.read_text("utf-8")


@pytest.mark.whole
@pytest.mark.slow
@pytest.mark.parametrize("service", SERVICES)
def test_whatever_is_sent_every_door_is_as_described(town: Any, service: str, tmp_path: Path) -> None:
    tried = _tried(town, service, tmp_path, examples=60)

    assert tried.returncode == 0, tried.stdout
    assert "request failed" not in town.log.read_text("utf-8")
