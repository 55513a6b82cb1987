"""The directory as the notice wants it: one bureau, one holder per post, two liaisons per department."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shenguan_contracts.types import DepartmentKind, Post
from supervision_svc.directory import rules
from supervision_svc.directory.rules import Department, Office, Officer

MONDAY_9AM = datetime(2026, 2, 2, 1, tzinfo=UTC)
CHEN, LIU = UUID(int=1), UUID(int=2)


def a_department(code: str = "fire", kind: DepartmentKind = DepartmentKind.DEPARTMENT) -> Department:
    return Department.first(rules.register(UUID(int=10), code, "区消防救援大队", kind, at=MONDAY_9AM))


def an_officer(post: Post, person: UUID) -> Officer:
    return Officer(id=UUID(int=20), department="fire", post=post, person_id=person, designated_at=MONDAY_9AM)


def designate(department: Department, post: Post, person: UUID, *filled: Officer) -> Officer:
    return Officer.first(rules.designate(UUID(int=20), Office(department, filled), post, person, at=MONDAY_9AM))


def test_registering_a_department_says_its_code_name_and_kind() -> None:
    registered = rules.register(UUID(int=10), "fire", "区消防救援大队", DepartmentKind.DEPARTMENT, at=MONDAY_9AM)

    assert (registered.department, registered.name, registered.registered_at) == ("fire", "区消防救援大队", MONDAY_9AM)
    assert Department.first(registered).kind is DepartmentKind.DEPARTMENT


@pytest.mark.parametrize(
    ("code", "kind"),
    [("bureau", DepartmentKind.DEPARTMENT), ("bureau", DepartmentKind.OVERSEER), ("fire", DepartmentKind.BUREAU)],
)
def test_there_is_one_bureau_and_bureau_is_its_code(code: str, kind: DepartmentKind) -> None:
    with pytest.raises(rules.BureauMisnamed) as refusal:
        a_department(code, kind)

    assert (refusal.value.status, refusal.value.field) == (422, "kind")


def test_a_code_is_given_once() -> None:
    rules.refuse_known(None)

    with pytest.raises(rules.DepartmentKnown):
        rules.refuse_known(a_department("fire"))


@pytest.mark.parametrize("post", [Post.LIAISON_LEAD, Post.LIAISON_OFFICER, Post.PRINCIPAL_HEAD])
def test_a_department_fills_its_liaison_posts_and_its_principal_head(post: Post) -> None:
    officer = designate(a_department(), post, CHEN)

    assert (officer.department, officer.post, officer.person_id) == ("fire", post, CHEN)


def test_only_the_staffing_office_has_an_overseer() -> None:
    staffing_office = a_department("staffing-office", DepartmentKind.OVERSEER)

    assert designate(staffing_office, Post.OVERSEER, CHEN).post is Post.OVERSEER
    with pytest.raises(rules.PostNotOfOffice):
        designate(a_department(), Post.OVERSEER, CHEN)
    with pytest.raises(rules.PostNotOfOffice):
        designate(staffing_office, Post.LIAISON_LEAD, CHEN)


def test_designating_another_person_replaces_the_holder() -> None:
    officer = an_officer(Post.LIAISON_LEAD, CHEN)

    designated = rules.designate(officer.id, Office(a_department(), (officer,)), officer.post, LIU, at=MONDAY_9AM)

    assert officer.apply(designated).person_id == LIU
    assert officer.apply(designated).id == officer.id


def test_designating_the_holder_again_says_nothing_new_and_is_refused() -> None:
    with pytest.raises(rules.AlreadyHolder):
        designate(a_department(), Post.LIAISON_LEAD, CHEN, an_officer(Post.LIAISON_LEAD, CHEN))


def test_nobody_is_escalated_to_himself() -> None:
    with pytest.raises(rules.HoldsOtherPost) as refusal:
        designate(a_department(), Post.LIAISON_OFFICER, CHEN, an_officer(Post.LIAISON_LEAD, CHEN))

    assert refusal.value.facts["post"] is Post.LIAISON_LEAD


@given(st.sets(st.sampled_from(Post)))
def test_a_department_lacks_exactly_the_liaisons_it_has_not_named(filled: set[Post]) -> None:
    lacking = rules.vacant_liaisons(DepartmentKind.DEPARTMENT, filled)

    assert set(lacking) == {Post.LIAISON_LEAD, Post.LIAISON_OFFICER} - filled


@pytest.mark.parametrize("kind", [DepartmentKind.BUREAU, DepartmentKind.OVERSEER])
def test_the_bureau_and_the_overseer_owe_no_liaisons(kind: DepartmentKind) -> None:
    assert rules.vacant_liaisons(kind, ()) == ()
