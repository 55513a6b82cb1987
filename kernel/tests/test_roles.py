"""角色: every role is plain text outside, and says its title and where it comes from."""

import json

from shenguan_kernel.roles import BUREAU_ROLES, DEPARTMENT_ROLES, Role


def test_a_role_travels_as_its_english_code() -> None:
    assert json.dumps(Role.LIAISON_LEAD) == '"liaison_lead"'
    assert Role("liaison_lead") is Role.LIAISON_LEAD


def test_every_role_has_a_title_of_its_own_and_a_source() -> None:
    assert len({role.title_zh for role in Role}) == len(Role) == 14
    assert all(role.source for role in Role)


def test_nobody_acts_for_the_bureau_and_for_a_department_in_one_role() -> None:
    assert not BUREAU_ROLES & DEPARTMENT_ROLES
