"""Many items and cases at once: a verdict for each line, whatever becomes of the others; sent again, it goes on."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from shenguan_chassis.http import lines
from shenguan_chassis.testing.house import House
from shenguan_kernel.roles import Role

from ..conftest import APPLICATION, ITEM, Bureau

LINES = "application/x-ndjson"


def a_file(*rows: Any) -> bytes:
    """Rows as JSON Lines; bytes stand as they are."""
    return b"".join((row if isinstance(row, bytes) else orjson.dumps(row)) + b"\n" for row in rows)


async def sent(house: House, path: str, content: bytes, key: str = "k", role: str = Role.REVIEWER) -> list[Any]:
    client = house.http(role, department="bureau")
    answer = await client.post(path, content=content, headers={"Content-Type": LINES, "Idempotency-Key": key})
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"].startswith(LINES)
    return [orjson.loads(line) for line in answer.content.splitlines()]


def items(number: int) -> list[dict[str, Any]]:
    return [{**ITEM, "item_code": f"{ITEM['item_code'][:-4]}{n:04}"} for n in range(1, number + 1)]


async def test_each_line_has_a_verdict_and_a_bad_one_stops_nobody(bureau: Bureau) -> None:
    await bureau.register("fire", "health")
    first, second, third = items(3)

    told = await sent(
        bureau.house,
        "/items/bulk",
        a_file(first, b"{not json", b"", {**second, "name": ""}, first, b'{"a":1,"a":2}', b"\xff", second, third),
    )

    assert [(verdict["line"], verdict["status"]) for verdict in told] == [
        (1, 201), (2, 400), (4, 422), (5, 409), (6, 400), (7, 400), (8, 201), (9, 201),
    ]  # fmt: skip
    assert told[0]["result"]["item_code"] == first["item_code"]
    assert told[0]["subject"] == f"item/{told[0]['result']['id']}"
    assert told[0]["version"] == 1
    assert [error["field"] for error in told[2]["problem"]["errors"]] == ["name"]
    assert await bureau.count("items") == 3


async def test_a_file_sent_again_goes_on_where_it_was_cut_and_repeats_its_verdicts(bureau: Bureau) -> None:
    await bureau.register("fire", "health")
    rows = items(5)
    before = await sent(bureau.house, "/items/bulk", a_file(*rows[:3]))

    after = await sent(bureau.house, "/items/bulk", a_file(*rows))

    assert after[:3] == before
    assert [verdict["status"] for verdict in after] == [201] * 5
    assert await bureau.count("items") == 5
    assert (await bureau.said()).count("ItemPublished") == 5


async def test_a_line_that_was_refused_is_decided_anew(bureau: Bureau) -> None:
    content = a_file(items(1)[0])
    (refused,) = await sent(bureau.house, "/items/bulk", content)
    await bureau.register("fire", "health")

    (done,) = await sent(bureau.house, "/items/bulk", content)

    assert refused["status"] == 422
    assert done["status"] == 201


async def test_the_same_key_with_another_line_in_its_place_is_refused_for_that_line(bureau: Bureau) -> None:
    await bureau.register("fire", "health")
    first, second, third = items(3)
    await sent(bureau.house, "/items/bulk", a_file(first, second))

    told = await sent(bureau.house, "/items/bulk", a_file(first, third))

    assert told[1]["problem"]["code"] == "key_reused"
    assert await bureau.count("items") == 2


async def test_a_line_may_bring_its_own_key_and_then_its_place_does_not_matter(bureau: Bureau) -> None:
    await bureau.register("fire", "health")
    first, second = ({**item, "idempotency_key": f"line-{n}"} for n, item in enumerate(items(2)))
    before = await sent(bureau.house, "/items/bulk", a_file(first, second))

    after = await sent(bureau.house, "/items/bulk", a_file(second, first), key="another")

    assert [verdict["subject"] for verdict in after] == [before[1]["subject"], before[0]["subject"]]
    assert await bureau.count("items") == 2


async def test_a_change_by_the_line_names_its_version(bureau: Bureau) -> None:
    await bureau.register("fire", "health")
    made = (await sent(bureau.house, "/items/bulk", a_file(items(1)[0])))[0]["result"]
    entry = {name: value for name, value in ITEM.items() if name != "item_code"} | {"item": made["id"]}

    told = await sent(
        bureau.house,
        "/items/standards/bulk",
        a_file(
            entry,
            {**entry, "if_match": 7},
            {**entry, "if_match": 1},
            {**entry, "if_match": "*"},
            {**entry, "if_match": "x"},
        ),
        key="standards",
    )

    assert [verdict["status"] for verdict in told] == [428, 412, 200, 200, 422]
    assert [verdict.get("version") for verdict in told] == [None, None, 2, 3, None]


async def test_machines_submit_cases_by_the_line(bureau: Bureau) -> None:
    await bureau.register("fire", "health")
    await bureau.publish()

    told = await sent(
        bureau.house,
        "/cases/bulk",
        a_file(*[APPLICATION] * 3, {**APPLICATION, "item_code": "9" * 12}),
        role=Role.WINDOW_CLERK,
    )

    assert [verdict["status"] for verdict in told[:3]] == [201, 201, 201]
    assert len({verdict["subject"] for verdict in told[:3]}) == 3
    assert told[3]["status"] >= 400


async def test_who_may_not_give_the_command_may_not_give_it_by_the_line_and_leaves_one_row(bureau: Bureau) -> None:
    client = bureau.house.http(Role.OVERSEER)

    answer = await client.post("/items/bulk", content=a_file(*items(9)), headers={"Content-Type": LINES})

    assert answer.status_code == 403
    assert [row["status"] for row in await bureau.house.journal()] == [403]


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"", LINES, 400),
        (b"\n\n \n", LINES, 400),
        (b"{}\n" * (lines.MOST_LINES + 1), LINES, 413),
        (b" " * 51_000_000, LINES, 413),
        (b"{}", "application/json", 415),
        (b"{}", "text/plain", 415),
    ],
    ids=["empty", "blank", "too many lines", "51 MB", "json", "text"],
)
async def test_a_file_that_is_none_or_too_much_is_refused_before_anything_is_done(
    bureau: Bureau, content: bytes, kind: str, status: int
) -> None:
    client = bureau.house.http(Role.REVIEWER, department="bureau")

    answer = await client.post("/items/bulk", content=content, headers={"Content-Type": kind})

    assert answer.status_code == status
    assert await bureau.count("items") == 0


async def test_a_line_that_is_too_long_is_refused_alone(bureau: Bureau) -> None:
    await bureau.register("fire", "health")
    first, second = items(2)

    told = await sent(bureau.house, "/items/bulk", a_file(first, b'"' + b"x" * 700_000 + b'"', second))

    assert [(verdict["line"], verdict["status"]) for verdict in told] == [(1, 201), (2, 413), (3, 201)]
    assert told[1]["problem"]["code"] == "line_too_long"
