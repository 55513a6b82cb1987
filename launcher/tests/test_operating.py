"""What do an operator's commands say to a district here, and to one whose services run elsewhere (--urls)?"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner, Result

from shenguan_launcher.demo import fresh_state
from shenguan_launcher.district import SERVICES, State
from shenguan_launcher.main import app

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Town:
    """A running district with its sample departments; `there` says where its four services are."""

    state: State
    url: str

    @property
    def here(self) -> list[str]:
        return ["--data", str(self.state.folder)]

    @property
    def there(self) -> list[str]:
        urls = ",".join(f"{service.name}={self.url}" for service in SERVICES)
        return ["--urls", urls, "--issuer", str(self.state.folder)]


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    with fresh_state() as state:
        state.clock.unlink()
        command = [sys.executable, "-m", "shenguan_launcher", "up", "--port", "0", "--sample"]
        up = subprocess.Popen(
            [*command, "--data", str(state.folder)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert up.stdout is not None
        try:
            assert any(b"try: curl" in line for line in up.stdout)
            yield Town(state, str(json.loads(state.address.read_bytes())["url"]))
        finally:
            up.terminate()
            up.communicate(timeout=60)


def told(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


@pytest.fixture(params=["here", "there"])
def at(request: pytest.FixtureRequest, town: Town) -> list[str]:
    """The options that lead to the same services: of an embedded district, and of a distributed one."""
    options: list[str] = getattr(town, request.param)
    return options


def test_a_district_that_is_well_is_found_so(at: list[str]) -> None:
    answer = told("doctor", *at)

    assert answer.exit_code == 0, answer.output
    assert "✗" not in answer.output
    assert answer.output.count("就绪") == 4
    assert "-0.0" not in answer.output


def test_a_service_that_does_not_answer_is_named_with_what_to_do(town: Town) -> None:
    urls = f"approval={town.url},supervision={town.url},notify={town.url},expert=http://127.0.0.1:9"

    answer = told("doctor", "--urls", urls, "--issuer", str(town.state.folder))

    assert answer.exit_code == 1
    assert "✗ 服务 expert：http://127.0.0.1:9 没有应答" in answer.output
    assert answer.output.count("就绪") == 3


def test_what_was_set_aside_is_asked_of_every_service(at: list[str]) -> None:
    listed, redriven = told("deadletters", "list", *at), told("deadletters", "redrive", "--all", *at)

    assert "没有搁置的事件" in listed.output
    assert [line.partition(":")[0] for line in redriven.output.splitlines()] == [one.name for one in SERVICES]
    assert (listed.exit_code, redriven.exit_code) == (0, 0)


def test_what_nobody_set_aside_cannot_be_tried_again(at: list[str]) -> None:
    answer = told("deadletters", "redrive", "--subject", "license/none", *at)

    assert answer.exit_code == 1
    assert "没有这样的搁置事件" in answer.output


def test_kept_events_are_said_again(at: list[str]) -> None:
    answer = told("republish", "--since", "2020-01-01", *at)

    assert answer.exit_code == 0, answer.output
    assert int(answer.output.split("supervision: ")[1].split()[0]) > 0


def test_a_subject_of_which_nobody_spoke_is_said_to_be_none(at: list[str]) -> None:
    answer = told("republish", "--subject", "nonsense", *at)

    assert answer.exit_code == 1
    assert "nobody kept an event of it: nonsense" in answer.output


def test_a_clock_is_told_and_confirmed_wherever_it_runs(at: list[str]) -> None:
    shown, confirmed = told("clock", *at), told("clock", "confirm", *at)

    assert shown.exit_code == 0
    assert "法定时钟" in shown.output
    assert confirmed.exit_code in {0, 1}  # a clock that nobody doubts has nothing to confirm
    assert confirmed.output


def test_a_clock_goes_forward_only_and_only_in_a_sandbox(town: Town) -> None:
    back, elsewhere = told("clock", "-1h", *town.here), told("clock", "+1h", *town.there)

    assert back.exit_code == 1
    assert "时钟只能向前拨" in back.output
    assert elsewhere.exit_code == 2
    assert "不能拨动" in elsewhere.output


def test_the_calendar_is_shown_wherever_it_is_kept(at: list[str]) -> None:
    assert "2026 年" in told("calendar", "show", "2026", *at).output


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["bob", "--role", "overseer", "--role", "reviewer"], "不得由一人兼任"),
        (["bob", "--role", "approver", "--department", "fire"], "岗位与部门不符"),
        (["13900000001", "--role", "inspector", "--department", "fire"], "不含手机号"),
        (["service:approval", "--role", "inspector", "--department", "fire"], "不含手机号、身份证号，不以"),
        (["nobody-of-the-sample"], "请写示例人员之一"),
    ],
)
def test_no_token_is_signed_that_the_doors_refuse(town: Town, words: list[str], why: str) -> None:
    answer = told("token", *words, *town.here)

    assert answer.exit_code == 2
    assert why in "".join(line.strip("│ ") for line in answer.output.splitlines())
    assert "eyJ" not in answer.output


def test_a_token_that_is_signed_is_believed(town: Town) -> None:
    signed = told("token", "bob", "--role", "inspector", "--department", "fire", *town.here).output.strip()

    answer = httpx.get(f"{town.url}/supervision/v1/ledger", headers={"Authorization": f"Bearer {signed}"})

    assert answer.status_code == 200


@pytest.mark.parametrize("words", [["token", "clerk"], ["doctor"], ["deadletters", "list"]])
def test_where_no_district_is_none_is_made_by_asking(tmp_path: Path, words: list[str]) -> None:
    answer = told(*words, "--data", str(tmp_path / "nowhere"))

    assert answer.exit_code == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [["evidence", "verify"], ["audit", "verify", "--file"]])
def test_a_file_that_is_not_there_is_one_clear_line_and_2(tmp_path: Path, words: list[str]) -> None:
    answer = told(*words, str(tmp_path / "none.zip"))

    assert answer.exit_code == 2
    assert answer.output.splitlines() == [
        f"{tmp_path / 'none.zip'}：无法读取 cannot be read（No such file or directory）"
    ]
