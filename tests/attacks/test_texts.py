"""What if a text is a program somewhere? Here it is a text: kept, given back and told as it was, as JSON only."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]

TEXTS: dict[str, str] = {
    "HTML": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "a template": "{{7*7}}${7*7}#{7*7}<%= 7*7 %>",
    "a format": "%s%n{0}{self.__class__}",
    "a formula": "=cmd|'/c calc'!A1",
    "text that runs from right to left": "\u202etxt.exe",
    "what is not seen": "某\u200b商\u200d场\ufeff",
    "line ends": "a\r\nSet-Cookie: x=1\r\n\r\nHTTP/1.1 200 OK",
    "a colour of the terminal": "\x1b[31mred\x1b[0m",
    "a file name": "../../etc/passwd",
    "an emoji of four bytes": "👩\u200d👩\u200d👧\u200d👦" * 10,
    "a letter beyond the first plane": "𠮷野家",
    "combining marks": "e" + "\u0301" * 100,
}


def _application(name: str) -> dict[str, Any]:
    return {
        "item_code": "370131011000",
        "channel": "hall",
        "applicant": {"name": name, "uscc": "91110000802100433B"},
    }


@pytest.mark.parametrize("attack", TEXTS)
async def test_a_text_is_kept_and_given_back_as_it_was(target: Any, attack: str) -> None:
    made = await target.clerk.post("/cases", json=_application(TEXTS[attack]))

    assert made.status_code == 201
    assert made.json()["holder_name"] == TEXTS[attack]
    shown = await target.reviewer.get(f"/cases/{made.json()['id']}")
    assert shown.json()["holder_name"] == TEXTS[attack]
    assert shown.headers["content-type"] == "application/json"
    assert "set-cookie" not in shown.headers


@pytest.mark.parametrize("attack", TEXTS)
async def test_a_refusal_says_nothing_of_what_was_entered(target: Any, nothing_written: None, attack: str) -> None:
    answer = await target.clerk.post("/cases", json=_application("") | {"channel": TEXTS[attack]})

    assert answer.status_code == 422
    assert TEXTS[attack] not in answer.json().__repr__()


async def test_a_fault_in_a_query_says_nothing_of_what_was_entered(target: Any, nothing_written: None) -> None:
    answer = await target.reviewer.get("/cases", params={"state": "<script>alert(1)</script>"})

    assert (answer.status_code, "script" in answer.text) == (422, False)
