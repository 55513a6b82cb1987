"""A district as a newcomer starts it, in a process of its own, for callers who try everything."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from shenguan_chassis.identity import Caller
from shenguan_kernel.roles import BUREAU_ROLES, Role
from shenguan_launcher.district import State

_PATIENCE = 60.0
_FREE = dict.fromkeys(("RATE", "BURST", "STRANGER_RATE", "STRANGER_BURST"), "1000000") | {"UNMASK_HOURLY": "10000"}
"""Who tries everything asks more often than any person does."""


@dataclass(frozen=True)
class Town:
    """A running district: where it is, what it keeps, and a token for each role."""

    state: State
    url: str
    tokens: dict[str, str]
    log: Path
    """What it logged; what it says to whoever started it is elsewhere."""


@pytest.fixture(scope="session")
def town() -> Iterator[Town]:
    folder = Path(tempfile.mkdtemp(prefix="shenguan-fuzz-"))
    folder.chmod(0o711)  # PostgreSQL runs as somebody else where we are root
    state, said, log = State(folder / "data"), folder / "said", folder / "log"
    command = [sys.executable, "-m", "shenguan_launcher", "up", "--port", "0", "--data", str(state.folder), "--sample"]
    environment = os.environ | {f"SHENGUAN_{name}": value for name, value in _FREE.items()}
    with said.open("wb") as out, log.open("wb") as errors:
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=errors)
    try:
        yield Town(state, _address(state, process, said, log), _tokens(state), log)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(_PATIENCE)
        shutil.rmtree(folder, ignore_errors=True)


def _address(state: State, process: subprocess.Popen[bytes], said: Path, log: Path) -> str:
    deadline = time.monotonic() + _PATIENCE
    while b"try: curl" not in said.read_bytes():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(said.read_text("utf-8") + log.read_text("utf-8"))
        time.sleep(0.05)
    return str(json.loads(state.address.read_bytes())["url"])


def _tokens(state: State) -> dict[str, str]:
    issuer = state.issuer()
    return {role: issuer.issue(_bearer(role)) for role in Role}


def _bearer(role: Role) -> Caller:
    office = "bureau" if role in BUREAU_ROLES else "fire"
    return Caller(person=f"fuzz-{role}", organisation="fuzz", department=office, roles=frozenset({role}))
