"""The lists of experts as the notice wants them: few per department, qualified, numbered without choice."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expert_svc.pools import rules
from expert_svc.pools.rules import AlreadyFiled, Credential, Expert, ExpertState, Nominee
from shenguan_contracts.expert import ExpertFiled, Pool
from shenguan_kernel.personal import Mobile, PersonName

MONDAY_9AM = datetime(2026, 2, 2, 1, tzinfo=UTC)


NOBODY_YET = AlreadyFiled(colleagues=0)
A_NOMINEE = Nominee(
    pool=Pool.THINK_TANK,
    department="fire",
    fields=("消防", "建筑", "消防"),
    credentials=(Credential(name="注册消防工程师"),),
    name=PersonName("示例甲"),
    mobile=Mobile("13900001234"),
)


def file(pool: Pool, already: AlreadyFiled = NOBODY_YET, **changes: Any) -> ExpertFiled:
    return rules.file(UUID(int=1), 7, replace(A_NOMINEE, pool=pool, **changes), already, at=MONDAY_9AM)


def test_an_expert_is_filed_under_a_number_and_nothing_personal() -> None:
    filed = file(Pool.SURVEY)

    assert filed.expert_no == "e-000007"
    assert set(ExpertFiled.model_fields) == {
        "expert_id", "expert_no", "pool", "department", "fields", "qualifications", "filed_at", "quarantine_until",
    }  # fmt: skip


def test_fields_of_work_are_kept_once_and_in_order_as_snapshots_hash_them() -> None:
    expert = Expert.first(7, file(Pool.THINK_TANK), A_NOMINEE)

    assert expert.fields == ("建筑", "消防")
    assert (expert.state, expert.expert_no) == (ExpertState.FILED, "e-000007")
    assert (expert.name, expert.mobile) == (PersonName("示例甲"), Mobile("13900001234"))


@pytest.mark.parametrize(("pool", "most"), [(Pool.THINK_TANK, 3), (Pool.SURVEY, 2)])
def test_a_department_has_at_most_its_number_of_experts_on_a_list(pool: Pool, most: int) -> None:
    assert file(pool, AlreadyFiled(colleagues=most - 1)).pool is pool

    with pytest.raises(rules.DepartmentFull):
        file(pool, AlreadyFiled(colleagues=most))


def test_nobody_is_on_a_list_twice() -> None:
    with pytest.raises(rules.ExpertKnown):
        file(Pool.SURVEY, AlreadyFiled(colleagues=0, same_person=1))


def test_a_survey_expert_is_qualified() -> None:
    with pytest.raises(rules.QualificationMissing):
        file(Pool.SURVEY, credentials=())


def test_a_think_tank_member_needs_no_certificate() -> None:
    assert file(Pool.THINK_TANK, credentials=()).qualifications == ()


@given(st.integers(min_value=1, max_value=10**9), st.integers(min_value=1, max_value=10**9))
def test_no_two_numbers_are_written_alike(one: int, other: int) -> None:
    assert (rules.expert_no(one) == rules.expert_no(other)) is (one == other)
