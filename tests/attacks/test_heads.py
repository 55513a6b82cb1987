"""What if a header pretends? Host, proxies, roles and methods are what the connection and the token say, no header."""

from __future__ import annotations

from typing import Any

import pytest

from shenguan_kernel.roles import Role

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]

APPLICATION: dict[str, Any] = {
    "item_code": "370131011000",
    "channel": "hall",
    "applicant": {"name": "某商场", "uscc": "91110000802100433B"},
}

PRETENCES: dict[str, dict[str, str]] = {
    "another role": {"X-User-Role": "window_clerk", "X-Role": "window_clerk", "Role": "window_clerk"},
    "another person": {"X-User": "root", "X-Remote-User": "root", "X-Forwarded-User": "root"},
    "another department": {"X-Department": "bureau", "Dept": "bureau"},
    "another address": {"X-Forwarded-For": "127.0.0.1", "X-Real-IP": "127.0.0.1", "Forwarded": "for=127.0.0.1"},
    "another path": {"X-Original-URL": "/approval/v1/healthz", "X-Rewrite-URL": "/healthz"},
    "an inner network": {"Via": "1.1 gateway", "X-Forwarded-Proto": "https", "X-Forwarded-Port": "443"},
}


@pytest.mark.parametrize("pretence", PRETENCES)
async def test_a_header_gives_nobody_a_right(target: Any, nothing_written: None, pretence: str) -> None:
    overseer = target.house.http(Role.OVERSEER)

    answer = await overseer.post("/cases", json=APPLICATION, headers=PRETENCES[pretence])

    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "_method"])
async def test_a_get_stays_a_get(target: Any, nothing_written: None, name: str) -> None:
    path = f"/cases/{target.case['id']}"

    answer = await target.reviewer.get(path, headers={name: "DELETE"})

    assert answer.status_code == 200
    assert (await target.reviewer.post(f"/cases/{target.case['id']}", headers={name: "GET"})).status_code == 405


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80@good", "127.0.0.1\\@evil", "[::1]", "a" * 300])
async def test_no_answer_is_made_of_the_host_that_was_named(target: Any, nothing_written: None, host: str) -> None:
    headers = {"Host": host, "X-Forwarded-Host": "evil.example"}

    answers = [
        await target.reviewer.get(path, headers=headers)
        for path in ("/cases", "/cases/", "/docs", "/openapi.json", "/problems")
    ]

    assert all("evil" not in answer.text for answer in answers)
    assert all("evil" not in str(answer.headers) for answer in answers)


async def test_the_place_of_what_was_made_is_on_this_service(target: Any) -> None:
    answer = await target.clerk.post("/cases", json=APPLICATION, headers={"Host": "evil.example"})

    assert answer.headers["location"].startswith("/approval/v1/cases/")


@pytest.mark.parametrize("key", ["", " ", "键", "a" * 129, "a\tb", "13800138000"])
async def test_a_key_that_is_none_is_refused(target: Any, nothing_written: None, key: str) -> None:
    headers = {"Idempotency-Key": key.encode()}

    answer = await target.clerk.post("/cases", json=APPLICATION, headers=headers)

    assert answer.status_code in {400, 422}
    assert answer.json()["code"] in {"bad_header", "idempotency_key_required"}


@pytest.mark.parametrize("version", ["1", '"x"', '"-1"', '"99999999999999999999"', "W/", '"1" or 1=1', '"\x7f"'])
async def test_a_version_that_is_none_changes_nothing(target: Any, nothing_written: None, version: str) -> None:
    path = f"/cases/{target.case['id']}/accept"

    answer = await target.reviewer.post(path, headers={"If-Match": version})

    assert answer.status_code in {412, 422}


async def test_a_trace_that_is_none_begins_a_new_one(target: Any, nothing_written: None) -> None:
    headers = {"traceparent": "00-<script>-x-01", "tracestate": "a=" + "b" * 5_000}

    answer = await target.reviewer.get("/cases/unknown", headers=headers)

    assert "script" not in answer.text
    assert len(answer.json()["trace"]) == 32
