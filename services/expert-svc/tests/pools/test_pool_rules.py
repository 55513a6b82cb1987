"""The lists of experts as the notice wants them: few per department, qualified, numbered without choice."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expert_svc.pools import rules
from expert_svc.pools.rules import Expert, ExpertState, Nominee
from shenguan_contracts.expert import ExpertFiled, Pool

MONDAY_9AM = datetime(2026, 2, 2, 1, tzinfo=UTC)


def file(pool: Pool, *, colleagues: int = 0, qualifications: tuple[str, ...] = ("注册消防工程师",)) -> ExpertFiled:
    nominee = Nominee(pool=pool, department="fire", fields=("消防", "建筑", "消防"), qualifications=qualifications)
    return rules.file(UUID(int=1), 7, nominee, colleagues=colleagues, at=MONDAY_9AM)


def test_an_expert_is_filed_under_a_number_and_nothing_personal() -> None:
    filed = file(Pool.SURVEY)

    assert filed.expert_no == "e-000007"
    assert set(ExpertFiled.model_fields) == {
        "expert_id", "expert_no", "pool", "department", "fields", "qualifications", "filed_at"
    }  # fmt: skip


def test_fields_of_work_are_kept_once_and_in_order_as_snapshots_hash_them() -> None:
    expert = Expert.first(7, file(Pool.THINK_TANK))

    assert expert.fields == ("建筑", "消防")
    assert (expert.state, expert.expert_no) == (ExpertState.FILED, "e-000007")


@pytest.mark.parametrize(("pool", "most"), [(Pool.THINK_TANK, 3), (Pool.SURVEY, 2)])
def test_a_department_has_at_most_its_number_of_experts_on_a_list(pool: Pool, most: int) -> None:
    assert file(pool, colleagues=most - 1).pool is pool

    with pytest.raises(rules.DepartmentFull):
        file(pool, colleagues=most)


def test_a_survey_expert_is_qualified() -> None:
    with pytest.raises(rules.QualificationMissing):
        file(Pool.SURVEY, qualifications=())


def test_a_think_tank_member_needs_no_certificate() -> None:
    assert file(Pool.THINK_TANK, qualifications=()).qualifications == ()


@given(st.integers(min_value=1, max_value=10**9), st.integers(min_value=1, max_value=10**9))
def test_no_two_numbers_are_written_alike(one: int, other: int) -> None:
    assert (rules.expert_no(one) == rules.expert_no(other)) is (one == other)
