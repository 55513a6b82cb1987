"""`.importlinter` holds the arrows: each kind of wrong import, planted in a small house, is refused."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

CONFIG = Path(__file__).parents[2] / ".importlinter"
PACKAGES = ("shenguan_contracts", "shenguan_chassis", "shenguan_kernel", "shenguan_launcher")
SERVICES = ("approval_svc", "supervision_svc", "notify_svc", "expert_svc")
NOUNS = (
    "approval_svc/cases",
    "approval_svc/licenses",
    "supervision_svc/ledger",
    "notify_svc/duties",
    "expert_svc/draws",
    "shenguan_kernel/documents",
)
SLICE = ("rules", "store", "commands", "reactions", "views", "api")

Planted = dict[str, str]
Lint = Callable[[Planted], str]


@pytest.fixture
def lint(tmp_path: Path) -> Lint:
    """What import-linter says of a small house in which some modules have the planted imports."""
    for package in (*PACKAGES, *SERVICES):
        write(tmp_path, f"{package}/__init__", "")
    for module in ("approval", "supervision", "notify", "expert", "documents", "duties", "types", "envelope"):
        write(tmp_path, f"shenguan_contracts/{module}", "")
    for module in ("refusals", "tx", "bus/__init__"):
        write(tmp_path, f"shenguan_chassis/{module}", "")
    for noun in NOUNS:
        for word in ("__init__", *SLICE):
            write(tmp_path, f"{noun}/{word}", "")
    linter = str(Path(sys.executable).parent / "lint-imports")

    def _lint(planted: Planted) -> str:
        for module, line in planted.items():
            write(tmp_path, module, line)
        done = subprocess.run(
            [linter, "--config", str(CONFIG), "--no-cache", "--no-logo"],
            check=False,
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(tmp_path), "COLUMNS": "200"},
            capture_output=True,
            text=True,
        )
        return "" if done.returncode == 0 else done.stdout + done.stderr

    return _lint


def write(root: Path, module: str, text: str) -> None:
    path = root / f"{module}.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n", "utf-8")


def test_what_the_style_draws_is_allowed(lint: Lint) -> None:
    said = lint(
        {
            "approval_svc/cases/rules": "import shenguan_contracts.approval, shenguan_chassis.refusals",
            "approval_svc/cases/store": "import sqlalchemy, approval_svc.cases.rules",
            "approval_svc/cases/commands": "import shenguan_chassis.tx, approval_svc.cases.store",
            "approval_svc/cases/reactions": "import approval_svc.licenses.commands, approval_svc.licenses.rules",
            "approval_svc/cases/api": "import fastapi, approval_svc.cases.commands, approval_svc.cases.views",
            "shenguan_launcher/__init__": "import approval_svc.cases.api, shenguan_chassis.bus",
            "shenguan_chassis/tx": "import aiokafka, shenguan_contracts.envelope",
        }
    )

    assert said == ""


WRONG = [
    ("approval_svc.cases.commands", "expert_svc.draws.rules"),
    ("approval_svc.app", "shenguan_launcher"),
    ("shenguan_kernel.documents.commands", "approval_svc.cases.views"),
    ("shenguan_chassis.tx", "shenguan_kernel"),
    ("shenguan_contracts.envelope", "shenguan_chassis.refusals"),
    ("shenguan_chassis.clock", "shenguan_contracts.approval"),
    ("approval_svc.cases.store", "approval_svc.cases.commands"),
    ("expert_svc.draws.views", "expert_svc.draws.api"),
    ("notify_svc.duties.rules", "notify_svc.duties.store"),
    ("supervision_svc.ledger.rules", "shenguan_chassis.tx"),
    ("expert_svc.draws.rules", "sqlalchemy"),
    ("approval_svc.licenses.commands", "aiokafka"),
]


def test_each_arrow_against_the_stream_is_refused(lint: Lint) -> None:
    said = lint({importer.replace(".", "/"): f"import {imported}" for importer, imported in WRONG})

    refused = set(re.findall(r"([\w.]+) ?-> ?([\w.]+) \(l\.1\)", said))
    assert refused >= set(WRONG)


def test_slices_that_ask_each_other_are_refused(lint: Lint) -> None:
    said = lint(
        {
            "approval_svc/cases/commands": "import approval_svc.licenses.rules",
            "approval_svc/licenses/commands": "import approval_svc.cases.rules",
        }
    )

    assert "No cycles are allowed in approval_svc" in said


def test_a_rule_is_not_made_impure_by_a_part_of_it(lint: Lint) -> None:
    said = lint({"expert_svc/draws/rules": "import expert_svc.draws.chance", "expert_svc/draws/chance": "import httpx"})

    assert "expert_svc.draws.chance -> httpx" in said
