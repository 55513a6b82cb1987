"""日历文件: an operator's year is checked before anything counts by it, and the faults are told in Chinese."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from shenguan_contracts.notify import CalendarStatus
from shenguan_kernel.working_days import CalendarFileFault, read_calendar_file, seed_calendar

_YEAR: dict[str, Any] = {
    "year": 2027,
    "source": "国办发明电〔2026〕9号",
    "published": "2026-11-20",
    "status": "OFFICIAL",
    "off": ["2027-01-01", "2027-01-02", "2027-01-03"],
    "makeup": ["2027-01-09"],
}


def a_file(folder: Path, name: str = "2027.json", **changes: Any) -> Path:
    path = folder / name
    path.write_text(json.dumps({**_YEAR, **changes}), encoding="utf-8")
    return path


def test_a_lawful_file_becomes_the_year_that_beats_the_prediction(tmp_path: Path) -> None:
    year = read_calendar_file(a_file(tmp_path)).as_year(version=3)

    assert (year.status, year.version) == (CalendarStatus.OFFICIAL, 3)
    assert year.basis == "国办发明电〔2026〕9号（2026-11-20 公布）"
    assert seed_calendar().amended(year).is_working(date(2027, 1, 9))
    assert not seed_calendar().is_working(date(2027, 1, 9))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"off": ["2026-12-31"]}, "calendar_day_outside_year"),
        ({"makeup": ["2028-01-01"]}, "calendar_day_outside_year"),
        ({"makeup": ["2027-01-04"]}, "calendar_makeup_not_weekend"),
        ({"makeup": ["2027-01-02"]}, "calendar_off_and_makeup"),
        ({"off": ["2027-01-01", "2027-01-01"]}, "calendar_day_twice"),
        ({"off": ["2027-02-30"]}, "date_from_datetime_parsing"),
        ({"off": "2027-01-01"}, "list_type"),
        ({"status": "RUMOUR"}, "literal_error"),
        ({"source": " "}, "string_too_short"),
        ({"year": 1999}, "greater_than_equal"),
        ({"weekends": []}, "extra_forbidden"),
    ],
)
def test_a_faulty_file_is_refused_with_place_and_code(tmp_path: Path, changes: dict[str, Any], code: str) -> None:
    with pytest.raises(CalendarFileFault) as fault:
        read_calendar_file(a_file(tmp_path, **changes))

    assert [line for line in fault.value.faults if line.startswith("2027.json") and f"（{code}）" in line]


def test_the_fault_names_the_day(tmp_path: Path) -> None:
    with pytest.raises(CalendarFileFault, match=r"2027-01-04 不是双休日"):
        read_calendar_file(a_file(tmp_path, makeup=["2027-01-04"]))


def test_a_file_bears_the_name_of_its_year(tmp_path: Path) -> None:
    with pytest.raises(CalendarFileFault, match="calendar_year_differs_from_name"):
        read_calendar_file(a_file(tmp_path, name="2028.json"))


@pytest.mark.parametrize("text", ["", "[]", "{", "\x00", '{"year": NaN}'])
def test_what_is_no_calendar_at_all_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "2027.json"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(CalendarFileFault):
        read_calendar_file(path)
