"""An operator's calendar file, checked and loaded by command."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from shenguan_launcher.demo import fresh_state
from shenguan_launcher.district import State
from shenguan_launcher.main import app
from shenguan_launcher.serving import serving

ANNOUNCED: dict[str, Any] = {
    "year": 2027,
    "source": "国办发明电〔2026〕9号",
    "published": "2026-11-04",
    "status": "OFFICIAL",
    "off": ["2027-01-01"],
    "makeup": ["2027-01-03"],
}


def written(folder: Path, **changes: Any) -> str:
    path = folder / "2027.json"
    path.write_text(json.dumps({**ANNOUNCED, **changes}), "utf-8")
    return str(path)


def test_a_lawful_file_is_told_with_its_working_days(tmp_path: Path) -> None:
    told = CliRunner().invoke(app, ["calendar", "check", written(tmp_path)])

    assert told.exit_code == 0, told.output
    assert "2027 年" in told.output


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"makeup": ["2027-01-06"]}, "calendar_makeup_not_weekend"),
        ({"off": ["2028-01-03"]}, "calendar_day_outside_year"),
        ({"off": ["2027-01-03"]}, "calendar_off_and_makeup"),
        ({"published": "soon"}, "published"),
    ],
)
def test_an_unlawful_file_is_refused_with_field_and_reason(tmp_path: Path, fault: dict[str, Any], words: str) -> None:
    told = CliRunner().invoke(app, ["calendar", "check", written(tmp_path, **fault)])

    assert told.exit_code == 1
    assert words in told.output


@pytest.mark.slow
async def test_a_loaded_year_is_what_everyone_counts_by(tmp_path: Path) -> None:
    with fresh_state() as state:
        async with serving(state, 0):
            before, loaded, after = await asyncio.to_thread(told_by_commands, state, written(tmp_path))

    assert "provisional" in before
    assert "announced" in loaded
    assert loaded == after
    assert "2027-01-03" in after


def told_by_commands(state: State, file: str) -> list[str]:
    data = ["--data", str(state.folder)]
    runs = [
        CliRunner().invoke(app, ["calendar", *words, *data])
        for words in (["show", "2027"], ["load", file], ["show", "2027"])
    ]
    assert [run.exit_code for run in runs] == [0, 0, 0], [run.output for run in runs]
    return [run.output for run in runs]
