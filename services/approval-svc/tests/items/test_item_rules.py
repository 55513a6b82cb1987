"""事项公布: one standard per item, supervisors that exist, promises within the law (R5, R6, R14)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approval_svc.items import rules
from approval_svc.items.rules import Entry, Item, Office, Standard
from shenguan_contracts.types import ClaimRule, DepartmentKind, ItemKind

MONDAY_9AM = datetime(2026, 3, 2, 1, tzinfo=UTC)
ITEM = UUID(int=1)
DIRECTORY = {
    "fire": Office(department="fire", name="区消防救援大队", kind=DepartmentKind.DEPARTMENT),
    "health": Office(department="health", name="区卫生健康局", kind=DepartmentKind.DEPARTMENT),
    "bureau": Office(department="bureau", name="区行政审批服务局", kind=DepartmentKind.BUREAU),
}
_STANDARD = Standard(
    conditions=("有固定经营场所",),
    materials=("申请书", "营业执照"),
    flow=("受理", "审查", "决定"),
    promised_days=10,
    statutory_days=20,
    venue="区政务服务大厅一楼综合窗口",
)
_ENTRY = Entry(
    item_code="370131011000",
    name="公众聚集场所投入使用、营业前消防安全检查",
    kind=ItemKind.LICENCE,
    legal_basis="中华人民共和国消防法第十五条",
    departments=("fire",),
    claim_rule=ClaimRule.ACKNOWLEDGE,
    standard=_STANDARD,
)


def an_entry(**changes: object) -> Entry:
    return replace(_ENTRY, **changes)  # type: ignore[arg-type]


def a_standard(**changes: object) -> Standard:
    return replace(_STANDARD, **changes)  # type: ignore[arg-type]


def an_item() -> Item:
    return Item.first(rules.publish(ITEM, _ENTRY, DIRECTORY, at=MONDAY_9AM), _STANDARD)


def test_an_item_is_first_published_with_standard_one() -> None:
    published = rules.publish(ITEM, an_entry(), DIRECTORY, at=MONDAY_9AM)

    assert (published.standard_no, published.departments) == (1, ("fire",))
    assert (published.promised_days, published.statutory_days) == (10, 20)


def test_an_item_without_supervisor_is_not_published() -> None:
    with pytest.raises(rules.SupervisorMissing) as refusal:
        rules.publish(ITEM, an_entry(departments=()), DIRECTORY, at=MONDAY_9AM)

    assert (refusal.value.rule, refusal.value.field) == ("R5", "departments")


def test_a_supervisor_must_be_in_the_directory() -> None:
    with pytest.raises(rules.SupervisorUnknown) as refusal:
        rules.publish(ITEM, an_entry(departments=("fire", "nobody")), DIRECTORY, at=MONDAY_9AM)

    assert refusal.value.facts["departments"] == ["nobody"]


def test_who_approves_does_not_supervise_itself() -> None:
    with pytest.raises(rules.SupervisorUnknown):
        rules.publish(ITEM, an_entry(departments=("bureau",)), DIRECTORY, at=MONDAY_9AM)


def test_a_supervisor_named_twice_watches_once() -> None:
    entry = an_entry(departments=("health", "fire", "health"))

    assert rules.publish(ITEM, entry, DIRECTORY, at=MONDAY_9AM).departments == ("health", "fire")


@given(st.integers(1, 60), st.integers(1, 60))
def test_a_promise_is_published_exactly_if_the_law_allows_it(promised: int, statutory: int) -> None:
    entry = an_entry(standard=a_standard(promised_days=promised, statutory_days=statutory))

    if promised <= statutory:
        assert rules.publish(ITEM, entry, DIRECTORY, at=MONDAY_9AM).promised_days == promised
    else:
        with pytest.raises(rules.PromiseBeyondStatute):
            rules.publish(ITEM, entry, DIRECTORY, at=MONDAY_9AM)


def test_publishing_again_makes_the_next_standard_and_keeps_the_earlier() -> None:
    item, shorter = an_item(), a_standard(promised_days=5)

    published = rules.republish(item, an_entry(standard=shorter), DIRECTORY, at=MONDAY_9AM + timedelta(days=1))
    item = item.apply(published, shorter)

    assert published.standard_no == item.standard_no == 2
    assert item.standards == (_STANDARD, shorter)
    assert item.standard == shorter


def test_publishing_again_asks_the_same_questions() -> None:
    with pytest.raises(rules.SupervisorMissing):
        rules.republish(an_item(), an_entry(departments=()), DIRECTORY, at=MONDAY_9AM)
    with pytest.raises(rules.PromiseBeyondStatute):
        rules.republish(an_item(), an_entry(standard=a_standard(promised_days=21)), DIRECTORY, at=MONDAY_9AM)
