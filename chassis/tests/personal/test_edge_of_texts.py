"""Where a number may not be given: in a text of a body, in an address. All numbers are invented."""

from __future__ import annotations

from typing import Annotated, Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import AfterValidator, Field, ValidationError

from shenguan_chassis.http import Body
from shenguan_chassis.http.urls import CleanUrls
from shenguan_chassis.personal import FORMAL

PHONE, RESIDENT = "13900001234", "370302188808080008"


class Inner(Body):
    note: str = ""


class Filled(Body):
    note: str = ""
    notes: tuple[str, ...] = ()
    named: dict[str, str] = Field(default_factory=dict)
    inner: Inner = Inner()
    code: Annotated[str, AfterValidator(str.upper), FORMAL] = ""
    other_code: Annotated[str, FORMAL] | None = None
    number: int = 0


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"note": f"请联系 {PHONE}"}, ("note",)),
        ({"notes": ["无", RESIDENT]}, ("notes",)),
        ({"named": {PHONE: "无"}}, ("named",)),
        ({"named": {"无": PHONE}}, ("named",)),
        ({"inner": {"note": "139 0000 1234"}}, ("inner", "note")),
    ],
)
def test_a_text_that_holds_a_number_is_refused_at_its_field_and_not_repeated(
    given: dict[str, Any], place: tuple[str, ...]
) -> None:
    with pytest.raises(ValidationError) as refused:
        Filled.model_validate(given)

    (fault,) = refused.value.errors()
    assert (fault["loc"], fault["type"]) == (place, "personal_number_in_text")
    assert not any(number in str(refused.value) for number in (PHONE, RESIDENT, "139 0000 1234"))


def test_a_code_with_a_form_of_its_own_is_left_alone() -> None:
    assert Filled(code=RESIDENT, other_code=RESIDENT).code == RESIDENT


async def asked(path: str) -> httpx.Response:
    app = FastAPI()
    app.state.prefix = "/x/v1"

    @app.get("/{rest:path}")
    async def reached(rest: str) -> str:
        return "reached"

    async def entered(scope: Any, receive: Any, send: Any) -> None:
        await CleanUrls(app)({**scope, "app": app}, receive, send)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(entered), base_url="http://test") as client:
        return await client.get(path)


@pytest.mark.parametrize(
    "path",
    [
        f"/people/{PHONE}",
        f"/people?mobile={PHONE}",
        f"/people?q=%E5%BC%A0+{PHONE}",
        "/people?mobile=%2B86-139-0000-1234",
        "/people/%31%33%39%30%30%30%30%31%32%33%34",
        "/people?mobile=" + "".join(f"%EF%BC%9{digit}" for digit in PHONE),
        f"/people/{RESIDENT}",
    ],
)
async def test_an_address_that_holds_a_number_is_refused_and_not_repeated(path: str) -> None:
    refused = await asked(path)

    assert (refused.status_code, refused.json()["code"]) == (400, "personal_data_in_url")
    assert "instance" not in refused.json()
    assert PHONE not in refused.text


@pytest.mark.parametrize("path", ["/cases/0198b9d2-0000-7000-8000-000000000000", "/documents?on=2026-02-13"])
async def test_any_other_address_is_not_touched(path: str) -> None:
    assert (await asked(path)).json() == "reached"
