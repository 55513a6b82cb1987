"""What is to be mended is said line by line, and the exit code tells a machine."""

import pytest

from checks.__main__ import report
from checks.findings import Finding

LATE = Finding("services/x/rules.py", 7, "clock", "datetime.datetime.now asks the time", "Take the instant.")


def test_a_house_in_order_is_silent_but_for_its_checks(capsys: pytest.CaptureFixture[str]) -> None:
    assert report({"grammar": [], "arrows": []}) == 0

    assert capsys.readouterr().out == "ok  grammar\nok  arrows\n"


def test_each_finding_says_where_what_and_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert report({"grammar": [LATE], "arrows": []}) == 1

    assert capsys.readouterr().out == (
        "NO  grammar\n"
        "    services/x/rules.py:7: clock: datetime.datetime.now asks the time. Take the instant.\n"
        "ok  arrows\n"
    )
