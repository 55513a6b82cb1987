"""The single file, run as a stranger would run it: alone, with nothing but the standard library."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from shenguan_kernel.lots import verify_draw
from shenguan_kernel.lots.programs import verifier_source

KEY = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"


def verified(folder: Path, certificate: bytes, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the shipped verifier, copied out of the package, on a certificate file."""
    program, file = folder / "verify_draw.py", folder / "certificate.json"
    program.write_bytes(verifier_source())
    file.write_bytes(certificate)
    command = [sys.executable, "-I", str(program), str(file), *options]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, timeout=60)


def test_the_verifier_is_one_file_that_can_be_read_in_one_sitting() -> None:
    source = verifier_source().decode()

    imported = {line.split()[1] for line in source.splitlines() if line.startswith(("import ", "from "))}
    assert len(source.splitlines()) <= 500
    assert {name.split(".")[0] for name in imported} <= {*sys.stdlib_module_names, "__future__"}


def test_a_sound_certificate_holds_and_says_at_which_level(tmp_path: Path, certificate: bytes) -> None:
    run = verified(tmp_path, certificate)

    assert (run.returncode, run.stderr) == (0, "")
    assert "THE CERTIFICATE HOLDS" in run.stdout
    assert "成立" in run.stdout
    assert "Level 0" in run.stdout
    assert ", ".join(json.loads(certificate)["panel"]) in run.stdout


def test_level_zero_is_never_called_more_than_it_is(tmp_path: Path, certificate: bytes) -> None:
    run = verified(tmp_path, certificate)

    assert "could have tried several declarations" in run.stdout
    assert "可试算多份公告" in run.stdout


def test_level_one_shows_every_earlier_attempt(tmp_path: Path, open_certificate: bytes) -> None:
    run = verified(tmp_path, open_certificate)

    assert run.returncode == 0
    assert "Level 1" in run.stdout
    assert "第 3 次 attempt 3" in run.stdout
    assert "e-000005" in run.stdout
    assert "有人公开了不符的随机数" in run.stdout


def test_level_two_names_the_public_value_and_what_nobody_checked_of_it(
    tmp_path: Path, beacon_certificate: bytes
) -> None:
    run = verified(tmp_path, beacon_certificate)

    assert run.returncode == 0
    assert "Level 2" in run.stdout
    assert "26540212" in run.stdout
    assert "[未核验 not checked] 公共值（含 drand 签名）" in run.stdout


def test_a_beacon_that_could_be_known_before_the_last_reveal_is_rejected(beacon_certificate: bytes) -> None:
    certificate = json.loads(beacon_certificate)
    certificate["declaration"]["beacon"] |= {"round": "26539012", "due": "2026-03-02T03:00:00Z"}

    with pytest.raises(verify_draw.Rejected) as rejection:
        verify_draw.Draw(certificate).check_chain()

    assert "$.declaration.contributors" in str(rejection.value)


def test_what_the_standard_library_cannot_check_is_said_plainly(tmp_path: Path, certificate: bytes) -> None:
    run = verified(tmp_path, certificate)

    unchecked = [line for line in run.stdout.splitlines() if line.startswith("[未核验 not checked]")]
    assert len(unchecked) == 4
    assert KEY in unchecked[0]


def test_a_published_key_is_compared_instead_of_trusted(tmp_path: Path, certificate: bytes) -> None:
    honest, forged = verified(tmp_path, certificate, "--key", KEY), verified(tmp_path, certificate, "--key", "00" * 32)

    assert honest.returncode == 0
    assert sum(line.startswith("[未核验 not checked]") for line in honest.stdout.splitlines()) == 3
    assert forged.returncode == 1
    assert "$.declaration.vrf_key" in forged.stdout


def test_a_changed_panel_is_rejected_and_its_place_named(tmp_path: Path, certificate: bytes) -> None:
    drawn = json.loads(certificate)["panel"]
    other = "e-000022" if "e-000022" not in drawn else "e-000021"

    run = verified(tmp_path, certificate.replace(f'"{drawn[2]}"],"pool"'.encode(), f'"{other}"],"pool"'.encode()))

    assert run.returncode == 1
    assert "REJECTED at $.panel" in run.stdout
    assert "不成立" in run.stdout


def test_a_newer_format_gets_no_verdict_rather_than_a_false_one(tmp_path: Path, certificate: bytes) -> None:
    run = verified(tmp_path, certificate.replace(b"draw-certificate/1", b"draw-certificate/2"))

    assert run.returncode == 2
    assert "NO VERDICT" in run.stdout


@pytest.mark.parametrize("command", [[], ["missing.json"]])
def test_a_wrong_call_or_a_missing_file_gets_no_verdict(tmp_path: Path, command: list[str]) -> None:
    program = tmp_path / "verify_draw.py"
    program.write_bytes(verifier_source())

    run = subprocess.run([sys.executable, "-I", str(program), *command], capture_output=True, cwd=tmp_path, check=False)

    assert run.returncode == 2


@pytest.mark.parametrize("junk", [b"", b"\xff", b"[]", b"null", b"1", b"{", b'{"a":1,"a":1}', b"[" * 200_000, b"NaN"])
def test_what_is_no_certificate_is_rejected_without_a_traceback(tmp_path: Path, junk: bytes) -> None:
    run = verified(tmp_path, junk)

    assert (run.returncode, run.stderr) == (1, "")
    assert "REJECTED at " in run.stdout
