"""许可证: issued with its number, struck by a penalty, struck from the register (R27, ALL art. 70)."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
import uuid_utils.compat as time_ordered
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from approval_svc.licenses import rules
from approval_svc.licenses.rules import Grant, License, LicenseState
from shenguan_contracts.types import ClaimRule

MONDAY_9AM = datetime(2026, 3, 2, 1, tzinfo=UTC)
LICENSE, PENALTY = UUID(int=4), UUID(int=6)
GRANT = Grant(
    license_id=LICENSE,
    case_id=UUID(int=3),
    item_id=UUID(int=1),
    item_code="370131011000",
    item_name="公众聚集场所投入使用、营业前消防安全检查",
    departments=("fire", "health"),
    claim_rule=ClaimRule.PUSH_IS_CLAIM,
    holder_name="淄川某商场有限公司",
    holder_uscc="91110000802100433B",
)


def a_license() -> License:
    return License.first(rules.issue(GRANT, at=MONDAY_9AM))


def a_struck_license() -> License:
    struck = rules.penalty_revoke(a_license(), PENALTY, at=MONDAY_9AM)
    assert struck is not None
    return a_license().apply(struck)


def a_deregistered_license() -> License:
    return a_struck_license().apply(rules.deregister(a_struck_license(), at=MONDAY_9AM))


def test_an_issued_license_names_everyone_who_must_watch_it_and_how() -> None:
    issued = rules.issue(GRANT, at=MONDAY_9AM)

    assert (issued.departments, issued.claim_rule) == (("fire", "health"), ClaimRule.PUSH_IS_CLAIM)
    assert License.first(issued).state is LicenseState.VALID


def test_the_number_of_a_license_tells_item_and_legal_year() -> None:
    new_year_in_shanghai = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)

    assert rules.license_no("370131011000", LICENSE, at=new_year_in_shanghai).startswith("370131011000-2027-")


@given(st.uuids())
def test_the_same_license_always_has_the_same_number(license_id: UUID) -> None:
    numbers = {rules.license_no("A", license_id, at=MONDAY_9AM) for _ in range(2)}

    assert len(numbers) == 1
    assert not set(numbers.pop()[2:]) & set("IOSVZ")


def test_licenses_granted_in_the_same_instant_have_different_numbers() -> None:
    numbers = {rules.license_no("A", time_ordered.uuid7(), at=MONDAY_9AM) for _ in range(20_000)}

    assert len(numbers) == 20_000


def test_a_penalty_strikes_a_license_in_force() -> None:
    struck = a_struck_license()

    assert (struck.state, struck.penalty_id) == (LicenseState.PENALTY_REVOKED, PENALTY)


@pytest.mark.parametrize("ended", [a_struck_license(), a_deregistered_license()])
def test_a_penalty_changes_nothing_in_the_register_once_the_license_has_ended(ended: License) -> None:
    assert rules.penalty_revoke(ended, UUID(int=7), at=MONDAY_9AM) is None


def test_a_license_in_force_is_not_deregistered() -> None:
    with pytest.raises(rules.StillInForce) as refusal:
        rules.deregister(a_license(), at=MONDAY_9AM)

    assert refusal.value.rule == "ALL 70"


def test_a_struck_license_is_deregistered_on_the_ground_of_article_70_4() -> None:
    deregistered = rules.deregister(a_struck_license(), at=MONDAY_9AM)

    assert "第七十条第（四）项" in deregistered.ground
    assert deregistered.departments == ("fire", "health")


def test_a_license_is_deregistered_once() -> None:
    with pytest.raises(rules.AlreadyDeregistered):
        rules.deregister(a_deregistered_license(), at=MONDAY_9AM)


class LifeOfALicense(RuleBasedStateMachine):
    """Penalties and deregistration in any order: nothing shields a holder, nothing brings an ended licence back."""

    ORDER = (LicenseState.VALID, LicenseState.PENALTY_REVOKED, LicenseState.DEREGISTERED)

    @initialize()
    def issue(self) -> None:
        self.license = a_license()
        self.reached = 0

    @rule(penalty=st.uuids())
    def penalty_revoke(self, penalty: UUID) -> None:
        struck = rules.penalty_revoke(self.license, penalty, at=MONDAY_9AM)

        assert (struck is not None) == (self.reached == 0)
        if struck:
            self.license, self.reached = self.license.apply(struck), 1

    @rule()
    def deregister(self) -> None:
        if self.reached == 1:
            self.license, self.reached = self.license.apply(rules.deregister(self.license, at=MONDAY_9AM)), 2
        else:
            with pytest.raises((rules.StillInForce, rules.AlreadyDeregistered)):
                rules.deregister(self.license, at=MONDAY_9AM)

    @invariant()
    def the_register_says_how_far_it_came(self) -> None:
        assert self.license.state is self.ORDER[self.reached]


TestLifeOfALicense = LifeOfALicense.TestCase
