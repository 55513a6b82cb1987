"""A module of events that the catalogue forgets would lose its schemas with the next `make contracts`."""

import re
import subprocess
import sys
from pathlib import Path

import shenguan_contracts

_DEFINED = re.compile(r"^class \w+\(Event, source=", re.MULTILINE)
_EVENTS = """
import shenguan_contracts.catalogue as catalogue
print(*sorted({event.__module__.rpartition(".")[2] for event in catalogue.CATALOGUE}))
"""


def test_the_catalogue_alone_knows_every_module_that_defines_events() -> None:
    folder = Path(shenguan_contracts.__file__).parent
    defining = {path.stem for path in folder.glob("*.py") if _DEFINED.search(path.read_text("utf-8"))}

    known = subprocess.run([sys.executable, "-c", _EVENTS], capture_output=True, text=True, check=True).stdout.split()

    assert defining <= set(known)
