"""No log line holds a number: what slips by a type or a text is masked as it is written, whoever writes it."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from io import StringIO

import pytest
import structlog

from shenguan_chassis import logs

NUMBER, SHOWN = "13900001234", "139****1234"


@contextmanager
def logged(*, human: bool = False) -> Iterator[StringIO]:
    """What is logged within; logging is left as it was found."""
    root, out = logging.getLogger(), StringIO()
    before, root.handlers = root.handlers, []
    try:
        with redirect_stderr(out):
            logs.configure("INFO", human=human)
        yield out
    finally:
        root.handlers = before
        structlog.reset_defaults()


def failed() -> None:
    raise OSError(f"no such person: {NUMBER}")


@pytest.mark.parametrize("human", [True, False])
def test_numbers_are_masked_in_texts_values_and_exceptions(human: bool) -> None:
    with logged(human=human) as written:
        try:
            failed()
        except OSError:
            logs.log(who=NUMBER).exception(f"call {NUMBER}", deep={"numbers": [NUMBER, int(NUMBER)]})

    assert NUMBER not in written.getvalue()
    assert written.getvalue().count(SHOWN) >= 4


def test_a_line_stays_json() -> None:
    with logged() as written:
        logs.log().info("called", number=int(NUMBER), rows=3)

    line = json.loads(written.getvalue())
    assert (line["number"], line["rows"]) == (SHOWN, 3)


def test_libraries_lines_are_masked_too() -> None:
    with logged() as written:
        try:
            failed()
        except OSError:
            logging.getLogger("uvicorn.error").exception("cannot reach %s", NUMBER)

    assert NUMBER not in written.getvalue()
    assert SHOWN in written.getvalue()
