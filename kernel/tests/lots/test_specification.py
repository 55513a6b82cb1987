"""The vectors printed in docs/draw-specification.md are what service and verifier compute."""

import re
from pathlib import Path

import pytest

from shenguan_kernel.lots import verify_draw
from shenguan_kernel.lots.encoding import Hashing, tagged
from shenguan_kernel.lots.panels import lawful_panels
from shenguan_kernel.lots.pool import Candidate, snapshot
from shenguan_kernel.lots.requirement import PanelRule
from shenguan_kernel.lots.seed import index_below

SPECIFICATION = (Path(__file__).parents[3] / "docs" / "draw-specification.md").read_text(encoding="utf-8")
SEED = bytes(range(32))


def rows(pattern: str) -> list[tuple[str, ...]]:
    """The rows of the specification's tables that match."""
    found = re.findall(rf"^{pattern}$", SPECIFICATION, re.MULTILINE)
    assert found, "the specification lost its vectors"
    return found


def test_the_tagged_hashes_are_as_printed() -> None:
    for name, digest in rows(r"\| `(\w+)` \| `([0-9a-f]{64})` \|"):
        assert tagged(Hashing(name), "pool", b"", b"abc").hex() == digest
        assert verify_draw.tagged(name, "pool", b"", b"abc").hex() == digest


def test_the_numbers_read_from_a_seed_are_as_printed() -> None:
    for name, bound, index in rows(r"\| `(\w+)` \| (\d+) \| (\d+) \|"):
        assert index_below(Hashing(name), SEED, int(bound)) == int(index)
        assert verify_draw.index_below(name, SEED, int(bound)) == int(index)


def test_the_numbered_panels_are_as_printed() -> None:
    pool = snapshot(Candidate(f"e-{number:06d}", "fire" if number < 6 else "water") for number in range(1, 9))
    panels = lawful_panels(pool, PanelRule(seats=3, per_department=2))

    for index, panel in rows(r"\| (\d+) \| (e-\d{6} e-\d{6} e-\d{6}) \|"):
        assert " ".join(panels.at(int(index))) == panel


@pytest.mark.parametrize("certificate", re.findall(r"^```json\n(.*)\n```$", SPECIFICATION, re.MULTILINE))
def test_the_printed_certificates_hold(certificate: str) -> None:
    printed, _ = verify_draw.verify(certificate.encode())

    assert printed["declaration"]["panels"] == "4"
