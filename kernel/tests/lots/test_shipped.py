"""Whoever installs the product has the programs that check its draws: they are in the wheel, byte for byte."""

import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from shenguan_kernel.lots import programs

KERNEL = Path(__file__).parents[2]
PROGRAMS = {
    "verify_draw.py": programs.verifier_source,
    "verify_draw.html": programs.page_source,
    "verify_census.py": programs.census_verifier_source,
    "contribute.py": programs.contributor_source,
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The kernel's wheel, built without a network from a copy, so that nothing is left beside the sources."""
    copy, built = tmp_path_factory.mktemp("kernel") / "kernel", tmp_path_factory.mktemp("wheel")
    shutil.copytree(KERNEL, copy, ignore=shutil.ignore_patterns("build", "*.egg-info", "__pycache__", "tests"))
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--quiet", "--wheel-dir", str(built)]
    subprocess.run([sys.executable, "-m", "pip", "wheel", str(copy), *options], check=True, capture_output=True)
    (made,) = built.glob("*.whl")
    return made


@pytest.mark.slow
@pytest.mark.parametrize("name", PROGRAMS)
def test_the_wheel_ships_each_program_as_the_service_serves_it(wheel: Path, name: str) -> None:
    with ZipFile(wheel) as files:
        assert files.read(f"shenguan_kernel/lots/{name}") == PROGRAMS[name]()
