"""What may a caller read before calling? All of it: every door, header and error, at home, without internet."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import httpx
import pytest

from approval_svc.app import service as approval
from expert_svc.app import service as expert
from notify_svc.app import service as notify
from shenguan_chassis.http.app import application, merged
from shenguan_chassis.http.reach import reached
from supervision_svc.app import service as supervision

pytestmark = pytest.mark.slow

SERVICES = (approval, supervision, notify, expert)


class Named(HTMLParser):
    """What a page loads or leads to."""

    def __init__(self) -> None:
        super().__init__()
        self.places: list[str] = []

    def handle_starttag(self, _: str, attrs: list[tuple[str, str | None]]) -> None:
        self.places += [value or "" for name, value in attrs if name in ("src", "href", "action")]


@pytest.fixture
async def district() -> httpx.AsyncClient:
    """The four services under one address, none of them running."""
    apps = {service.name: application(service) for service in SERVICES}
    return httpx.AsyncClient(transport=httpx.ASGITransport(merged(apps)), base_url="http://district")


@pytest.mark.parametrize("prefix", ["", "/approval/v1", "/supervision/v1", "/notify/v1", "/expert/v1"])
async def test_the_page_of_the_reference_asks_nothing_of_a_foreign_host(
    district: httpx.AsyncClient, prefix: str
) -> None:
    page = await district.get(f"{prefix}/docs")
    named = Named()
    named.feed(page.text)
    loaded = [await district.get(place) for place in named.places]

    assert named.places
    assert not re.findall(r"https?://", page.text)
    assert {answer.status_code for answer in loaded} == {200}
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert f"{prefix}/openapi.json" in page.text


async def test_a_district_reads_as_one(district: httpx.AsyncClient) -> None:
    whole = (await district.get("/openapi.json")).json()
    each = [(await district.get(f"{service.prefix}/openapi.json")).json() for service in SERVICES]

    assert set(whole["paths"]) == {path for document in each for path in document["paths"]}
    names = [one["operationId"] for path in whole["paths"].values() for one in path.values()]
    assert len(names) == len(set(names))
    assert whole["components"]["schemas"]["supervision.LicenseState"] != whole["components"]["schemas"]["LicenseState"]


async def test_the_type_of_a_problem_leads_to_its_place_in_the_catalogue(district: httpx.AsyncClient) -> None:
    problem = (await district.get("/approval/v1/cases")).json()
    path, _, code = problem["type"].partition("#")

    page = (await district.get(path)).text

    assert (path, code) == ("/approval/v1/problems", "unauthenticated")
    assert f'id="{code}"' in page
    assert problem["detail"] in page


def test_what_a_rule_refuses_is_found_from_its_door() -> None:
    document = application(approval).openapi()

    grant = document["paths"]["/approval/v1/cases/{case_id}/grant"]["post"]["responses"]

    assert "not_under_review" in grant["409"]["$ref"]
    assert "second_person_needed" in grant["403"]["$ref"]
    assert "stale_etag" in grant["412"]["$ref"]
    assert "if_match_required" in grant["428"]["$ref"]


def test_what_only_reads_is_told_apart_from_what_changes() -> None:
    listed = application(approval).openapi()["paths"]["/approval/v1/items"]["get"]

    assert listed["security"] == []
    assert {"409", "412", "428", "401"}.isdisjoint(listed["responses"])


def test_nothing_is_reached_from_what_leads_nowhere() -> None:
    assert reached(lambda: None).refusals == set()
