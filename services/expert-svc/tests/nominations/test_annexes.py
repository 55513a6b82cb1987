"""The notice's own forms go in and come out again, line by line and to the letter. All people are invented."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Awaitable, Callable
from io import BytesIO
from typing import Any

import httpx
import pytest
from openpyxl import Workbook, load_workbook

from shenguan_kernel.roles import Role

OpenTown = Callable[[], Awaitable[Any]]
COLUMNS = {
    "annex_2": ["序号", "姓名", "年龄", "学历及专业", "办公电话", "手机号码", "备注"],
    "annex_3": ["序号", "姓名", "年龄", "现场勘验从事领域", "办公电话", "手机号码", "备注"],
}
LINES: dict[str, list[list[Any]]] = {
    "annex_2": [
        [1, "示例甲", 45, "本科 法学", "0533-5180001", "13900001111", "=可出差"],
        [2, "示例乙", 52, "研究生 环境工程", "0533-5180002、5180003-801", "13900002222、13900003333", None],
    ],
    "annex_3": [
        [1, "示例甲", 45, "消防、结构", "0533-5180001", "13900001111", "可出差"],
        [2, "示例乙", 52, "环境", None, "13900002222", None],
    ],
}
PURPOSE = {"purpose": "打印盖章后报送纸质名单"}


def workbook(annex: str, lines: list[list[Any]]) -> str:
    book = Workbook()
    sheet: Any = book.active
    for row in (["示例标题"], COLUMNS[annex]):
        sheet.append(row)
    for number, line in enumerate(lines, 3):
        for column, value in enumerate(line, 1):
            cell = sheet.cell(number, column, value)
            if isinstance(value, str):
                cell.data_type = "s"
    file = BytesIO()
    book.save(file)
    return b64encode(file.getvalue()).decode()


def rows_of(answer: httpx.Response) -> list[list[Any]]:
    assert answer.status_code == 200, answer.text
    sheet: Any = load_workbook(BytesIO(answer.content)).active
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]


async def submitted(here: Any, annex: str, text: str, **changes: Any) -> httpx.Response:
    window = await here.open()
    body = {"annex": annex, "workbook": text, **changes}
    answer: httpx.Response = await here.office("fire").post(f"/nomination-windows/{window['id']}/annexes", json=body)
    return answer


@pytest.mark.parametrize("annex", ["annex_2", "annex_3"])
async def test_what_goes_in_comes_out_and_goes_in_again(town: OpenTown, annex: str) -> None:
    here = await town()
    answer = await submitted(here, annex, workbook(annex, LINES[annex]))
    assert answer.status_code == 201, answer.text
    path = f"/sub-lists/{answer.json()['id']}"
    lead = here.office("fire", Role.LIAISON_LEAD)

    first = await lead.post(f"{path}/export", json=PURPOSE)
    again = {"annex": annex, "workbook": b64encode(first.content).decode()}
    revised = await here.office("fire").post(f"{path}/annex", json=again)
    second = await lead.post(f"{path}/export", json=PURPOSE)

    assert rows_of(first) == [COLUMNS[annex], *LINES[annex]]
    assert (revised.status_code, revised.json()["members"]) == (200, answer.json()["members"])
    assert rows_of(second) == rows_of(first)
    assert revised.json()["digest"] == answer.json()["digest"]


async def test_an_export_is_for_the_entitled_for_a_purpose_and_on_record(town: OpenTown) -> None:
    here = await town()
    made = (await submitted(here, "annex_3", workbook("annex_3", LINES["annex_3"]))).json()
    path = f"/sub-lists/{made['id']}/export"

    aimless = await here.bureau.post(path, json={})
    stranger = await here.office("health").post(path, json=PURPOSE)
    inspector = await here.office("fire", Role.INSPECTOR).post(path, json=PURPOSE)
    given = await here.bureau.post(path, json=PURPOSE)

    rows = [row for row in await here.house.journal() if row["command"] == "hand_out_annex"]
    assert [aimless.status_code, stranger.status_code, inspector.status_code, given.status_code] == [422, 404, 403, 200]
    assert given.headers["Cache-Control"] == "no-store"
    assert [row["status"] for row in rows] == [404, 403, 200]
    assert rows[-1]["subject"] == f"sub-list/{made['id']}"
    assert PURPOSE["purpose"].encode() in rows[-1]["answer"]
    assert b"13900001111" not in b"".join(bytes(row["answer"]) for row in await here.house.journal())


async def test_every_wrong_line_is_named_and_nobody_is_nominated(town: OpenTown) -> None:
    here = await town()
    lines = [
        [1, "示例甲", "45", "消防", None, "13900001111", None],
        [2, "示例甲", 45, "消防", None, "1390000", None],
    ]

    refused = await submitted(here, "annex_3", workbook("annex_3", lines))

    rows = refused.json()["facts"]["rows"]
    assert (refused.status_code, refused.json()["code"]) == (422, "nominees_wrong")
    assert [(row["row"], row["column"], row["code"]) for row in rows] == [
        (3, "年龄", "age_is_text"), (4, "姓名", "name_doubled"), (4, "手机号码", "mobile_form"),
    ]  # fmt: skip
    assert all("：" in row["says"] for row in rows)
    assert "示例甲" not in refused.text
    assert "1390000" not in refused.text
    assert await here.experts() == []


async def test_three_surveyors_in_a_workbook_want_a_reason(town: OpenTown) -> None:
    here = await town()
    third = [3, "示例丙", 40, "结构", None, "13900009999", None]

    refused = await submitted(here, "annex_3", workbook("annex_3", [*LINES["annex_3"], third]))

    assert (refused.status_code, refused.json()["code"]) == (422, "quota_missed")


async def test_qualifications_stand_beside_the_form_that_has_no_column_for_them(town: OpenTown) -> None:
    here = await town()
    beside = [{"number": number, "qualifications": [{"name": "注册工程师"}]} for number in (1, 2)]

    made = await submitted(here, "annex_3", workbook("annex_3", LINES["annex_3"]), beside=beside)
    filed = await here.file_all()

    assert made.status_code == 201, made.text
    assert [one["qualifications"] for one in filed] == [["注册工程师"]] * 2


async def test_who_may_not_nominate_has_no_file_read(town: OpenTown) -> None:
    here = await town()
    window = await here.open()
    body = {"annex": "annex_3", "workbook": b64encode(b"no workbook!").decode()}

    refused = await here.office("fire", Role.INSPECTOR).post(f"/nomination-windows/{window['id']}/annexes", json=body)
    read = await here.office("fire").post(f"/nomination-windows/{window['id']}/annexes", json=body)

    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    assert (read.status_code, read.json()["code"]) == (422, "workbook_refused")


async def test_a_file_larger_than_the_edge_takes_is_refused_before_anything_is_read(town: OpenTown) -> None:
    here = await town()

    refused = await submitted(here, "annex_3", "QUJD" * 300_000)

    assert (refused.status_code, refused.json()["code"]) == (413, "body_too_large")
