"""岗位: which roles of a token count, which cannot be one person's, and what they let it see."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest

from shenguan_chassis.identity import Caller, TokenPolicy, TokenVerifier, Unauthenticated, Why
from shenguan_chassis.identity.powers import AUDITING, OPERATING, Powers
from shenguan_kernel.powers import POWERS
from shenguan_kernel.roles import ADMINISTRATORS, BUREAU_ROLES, DEPARTMENT_ROLES, Role

POLICY = TokenPolicy("https://id.zichuan.test", "shenguan")
SOMEONE = Caller(person="zhang.san", organisation="x", department="fire")


def standing(*roles: str, department: str | None = "fire") -> Caller:
    return POWERS.stand(replace(SOMEONE, department=department, roles=frozenset(roles)))


def why_refused(*roles: str, department: str | None = "fire") -> Why:
    with pytest.raises(Unauthenticated) as refusal:
        standing(*roles, department=department)
    return refusal.value.why


@pytest.mark.parametrize("pair", list(combinations(sorted(ADMINISTRATORS), 2)))
def test_two_of_the_three_administrators_are_never_one_person(pair: tuple[Role, Role]) -> None:
    assert why_refused(*pair) is Why.ROLES_IN_CONFLICT


@pytest.mark.parametrize("alone", [*sorted(ADMINISTRATORS), Role.OVERSEER, Role.MACHINE_CLIENT])
@pytest.mark.parametrize("other", [Role.INSPECTOR, Role.EXPERT, Role.LIAISON_LEAD])
def test_who_runs_checks_or_oversees_the_house_does_no_business_in_it(alone: Role, other: Role) -> None:
    assert why_refused(alone, other) is Why.ROLES_IN_CONFLICT


@pytest.mark.parametrize("role", sorted(BUREAU_ROLES))
@pytest.mark.parametrize("office", ["fire", "staffing-office", None])
def test_the_bureaus_roles_are_held_in_the_bureau(role: Role, office: str | None) -> None:
    assert why_refused(role, department=office) is Why.ROLE_OUT_OF_PLACE
    assert standing(role, department="bureau").scope is None


@pytest.mark.parametrize("role", sorted({*DEPARTMENT_ROLES, Role.EXPERT, Role.MACHINE_CLIENT}))
def test_who_acts_for_a_department_names_it_and_sees_it_alone(role: Role) -> None:
    assert why_refused(role, department=None) is Why.ROLE_OUT_OF_PLACE
    assert standing(role).scope == "fire"


def test_a_person_may_hold_several_roles_of_one_department() -> None:
    assert standing(Role.INSPECTOR, Role.LIAISON_OFFICER, Role.EXPERT).roles == {
        Role.INSPECTOR,
        Role.LIAISON_OFFICER,
        Role.EXPERT,
    }


@pytest.mark.parametrize("unknown", ["admin", "service", "operating", "*", "INSPECTOR", "bureau_head "])
def test_a_role_of_another_system_counts_for_nothing(unknown: str) -> None:
    assert standing(unknown, Role.INSPECTOR) == standing(Role.INSPECTOR)


def test_who_has_no_role_and_no_department_sees_nobodys_rows() -> None:
    assert standing(department=None).scope == ""


def test_duties_to_the_machinery_follow_from_the_role() -> None:
    assert standing(Role.SYSTEM_ADMINISTRATOR).duties == {OPERATING}
    assert standing(Role.SECURITY_AUDITOR).duties >= {AUDITING}
    assert POWERS.holders(frozenset({OPERATING, Role.EXPERT})) == {Role.SYSTEM_ADMINISTRATOR, Role.EXPERT}


def test_what_a_token_says_of_itself_beyond_roles_gives_no_power() -> None:
    boasting = replace(SOMEONE, roles=frozenset({Role.INSPECTOR}), sees_all=True, duties=frozenset({OPERATING}))

    caller = POWERS.stand(boasting)

    assert (caller.sees_all, caller.duties) == (False, standing(Role.INSPECTOR).duties)
    assert OPERATING not in caller.duties


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"roles": ["system_administrator", "security_auditor"]}, Why.ROLES_IN_CONFLICT),
        ({"roles": ["overseer", "inspector"]}, Why.ROLES_IN_CONFLICT),
        ({"roles": ["approver"]}, Why.ROLE_OUT_OF_PLACE),
        ({"roles": ["machine_client"], "dept": ...}, Why.ROLE_OUT_OF_PLACE),
        ({"sub": "service:approval"}, Why.CLAIMS_MALFORMED),
    ],
)
async def test_such_a_token_is_refused_though_its_signature_is_right(
    forger: Any, keys: Any, clock: Any, claims: dict[str, Any], why: Why
) -> None:
    verifier = TokenVerifier(keys, POLICY, POWERS, clock)

    with pytest.raises(Unauthenticated) as refusal:
        await verifier.verify(forger.token(forger.claims(**claims)))

    assert refusal.value.why is why


async def test_no_claim_makes_a_caller_see_all(forger: Any, keys: Any, clock: Any) -> None:
    boasts = {"sees_all": True, "scope": None, "duties": ["operating"], "department": "*", "roles": ["inspector"]}

    caller = await TokenVerifier(keys, POLICY, POWERS, clock).verify(forger.token(forger.claims(**boasts)))

    assert (caller.scope, caller.duties) == ("fire", standing(Role.INSPECTOR).duties)


def test_every_role_of_the_house_is_known_to_it() -> None:
    assert POWERS.known == set(Role)
    assert isinstance(POWERS, Powers)
