"""The generated pages are drawn from the code, the same each time, and a page that is not is named."""

from pathlib import Path

import pytest

from checks.arrows_page import arrows_page
from checks.facts import House, read_house
from checks.openapi import documents
from checks.pages import PAGES, drifted_pages, write_pages
from checks.problems_page import problems_page
from checks.rights_page import rights_page
from checks.sources import read_sources

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def house() -> House:
    return read_house(read_sources(ROOT))


def test_pages_written_are_pages_in_order_and_a_changed_one_is_named(house: House, tmp_path: Path) -> None:
    assert [finding.path for finding in drifted_pages(house, tmp_path)] == [*sorted(PAGES), *documents(house)]

    write_pages(house, tmp_path)
    assert drifted_pages(house, tmp_path) == []

    (tmp_path / "docs/rights.md").write_text("by hand", "utf-8")
    assert [finding.path for finding in drifted_pages(house, tmp_path)] == ["docs/rights.md"]


def test_a_house_read_twice_is_drawn_alike(house: House) -> None:
    again = read_house(read_sources(ROOT))

    assert [page(house) for page in PAGES.values()] == [page(again) for page in PAGES.values()]


def test_the_arrows_show_packages_slices_and_events(house: House) -> None:
    page = arrows_page(house)

    assert "  shenguan_kernel --> shenguan_contracts" in page
    assert "approval_svc --> supervision_svc" not in page
    assert '    approval_svc_cases["cases"]' in page
    assert "    supervision_svc_penalties --> supervision_svc_ledger" in page
    assert 'approval -- "ApprovalIssued<br>' in page
    assert page.count("```mermaid") == 3


def test_the_rights_are_the_commands_own_words(house: House) -> None:
    rows = rights_page(house).splitlines()

    (grant,) = (row for row in rows if "`grant_case`" in row)
    assert "审批人员 `approver`" in grant
    assert len({row for row in rows if "`" in row}) >= sum(len(service.commands) for service in house.services)


def test_the_problems_are_the_refusals_own_words(house: House) -> None:
    page = problems_page(house)

    (row,) = (line for line in page.splitlines() if "`not_a_recipient`" in line)
    assert "| 422 | R17, R18 | `recipient` | 该单位不在应抄告单位之列" in row
    assert "## approval_svc.cases" in page
    assert page.count("| `not_found`<a ") == 1
    assert '<a id="body_too_large"></a> | 413 |' in page
    assert "`refusal`" not in page


def test_no_two_refusals_of_one_place_share_a_code(house: House) -> None:
    codes = [line.split("|")[1] for line in problems_page(house).splitlines() if line.startswith("| `")]

    assert len(codes) == len(set(codes))
