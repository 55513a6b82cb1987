"""What if an address is meant for the database, the file system or the patience of a regex? It is read as text."""

from __future__ import annotations

import time
from typing import Any

import pytest

from shenguan_kernel.roles import Role

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]

QUERIES: dict[str, tuple[str, set[int]]] = {
    "a page of a thousand million": ("limit=1000000000", {422}),
    "a page of nothing": ("limit=0", {422}),
    "a page of minus one": ("limit=-1", {422}),
    "a page of 2^31": ("limit=2147483648", {422}),
    "a page of a thousand digits": ("limit=" + "9" * 1000, {422}),
    "an order that drops a table": ("sort=id;drop table cases", {422}),
    "an order by a column that is not shown": ("sort=accepted_by", {422}),
    "an order by a call": ("sort=pg_sleep(10)", {422}),
    "a cursor of zeroes": ("after=" + "A" * 60, {422}),
    "a cursor that is no base64": ("after=%25%25%25", {422}),
    "a cursor of another list": ("after=WyJhIl0", {422}),
    "a state that ends the statement": ("state=granted'%20OR%201=1--", {422}),
    "a filter nobody offers": ("accepted_by=x", {422}),
    "a filter twice": ("state=granted&state=submitted", {200, 422}),
    "a NUL": ("state=%00", {400}),
    "bytes that are no UTF-8": ("state=%ff%fe", {400}),
    "half a percent sign": ("state=%zz", {400, 422}),
    "a template": ("state={{7*7}}${7*7}", {422}),
}


@pytest.mark.parametrize("attack", QUERIES)
async def test_a_query_that_wants_more_is_refused(target: Any, nothing_written: None, attack: str) -> None:
    query, statuses = QUERIES[attack]

    answer = await target.reviewer.get(f"/cases?{query}")

    assert answer.status_code in statuses
    assert answer.status_code == 200 or answer.headers["content-type"] == "application/problem+json"


async def test_a_department_that_asks_for_anothers_rows_gets_none(target: Any, nothing_written: None) -> None:
    liaison = target.house.http(Role.LIAISON_OFFICER, department="health")

    answers = [
        await liaison.get(f"/cases?{query}") for query in ("", "department=fire", "department=fire&department=health")
    ]

    assert [answer.json().get("items", []) for answer in answers] == [[], [], []]


PATHS: dict[str, str] = {
    "up and away": "/cases/../../../../etc/passwd",
    "up and away, encoded": "/cases/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "up and away from the page's files": "/docs-static/..%2f..%2f..%2fetc%2fpasswd",
    "an id that ends the statement": "/cases/0198c0de'--",
    "an id of 2^31": "/cases/2147483648",
    "an id with a NUL": "/cases/%00",
    "an id of ten thousand letters": "/cases/" + "a" * 7_000,
    "a backslash": "/cases\\..\\..",
    "two slashes": "//cases",
    "a trailing slash": "/cases/",
    "another case": "/CASES",
    "a dot file": "/.env",
    "the source": "/__pycache__",
}


@pytest.mark.parametrize("attack", PATHS)
async def test_a_path_that_leads_elsewhere_leads_nowhere(target: Any, nothing_written: None, attack: str) -> None:
    answer = await target.reviewer.get(PATHS[attack])

    assert answer.status_code in {400, 404, 414, 422}
    assert "root:" not in answer.text
    assert "location" not in answer.headers


async def test_a_cursor_that_was_edited_is_told_from_its_own(target: Any, nothing_written: None) -> None:
    good = "A" * 40

    answers = [
        await target.reviewer.get("/cases", params={"after": good[:at] + "B" + good[at + 1 :]}) for at in (0, 39)
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(422, "bad_cursor")] * 2


TEXTS: dict[str, str] = {
    "SQL": "'; DROP TABLE cases; --",
    "what LIKE matches": "%_\\%_%",
    "a regex that takes for ever": "(a+)+$" + "a" * 50 + "!",
    "many backslashes": "\\" * 200,
    "a thousand percent signs": "%" * 300,
    "quotes of every kind": "'\"`´‘’“”",
    "a full-width quote": "＇；ＤＲＯＰ",
}


@pytest.mark.parametrize("attack", TEXTS)
async def test_what_is_searched_for_is_text(target: Any, nothing_written: None, attack: str) -> None:
    began = time.perf_counter()

    answer = await target.reviewer.get("/cases", params={"q": TEXTS[attack]})

    assert answer.status_code in {200, 422}
    assert answer.json().get("items", []) == []
    assert time.perf_counter() - began < 1
