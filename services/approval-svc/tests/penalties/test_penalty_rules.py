"""吊销备案: the bureau files what it is told; it has no power to refuse (R27)."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from approval_svc.penalties import rules
from approval_svc.penalties.rules import PenaltyFile
from shenguan_contracts.supervision import PenaltyLicenseRevoked

MONDAY_9AM = datetime(2026, 3, 2, 1, tzinfo=UTC)
PENALTY = PenaltyLicenseRevoked(
    penalty_id=UUID(int=6),
    department="fire",
    license_id=UUID(int=4),
    document_no="淄川消罚字〔2026〕3号",
    legal_basis="中华人民共和国消防法第五十八条",
    reason="擅自停用消防设施，拒不改正",
    decided_on=date(2026, 2, 27),
    informed_at=datetime(2026, 2, 28, 1, tzinfo=UTC),
)


@pytest.mark.parametrize("struck", [True, False])
def test_a_penalty_is_filed_whole_whatever_it_did_to_the_register(struck: bool) -> None:
    filed = rules.file(UUID(int=8), PENALTY, at=MONDAY_9AM)

    kept = PenaltyFile.first(filed, PENALTY, struck=struck)

    assert (kept.department, kept.document_no, kept.reason) == ("fire", PENALTY.document_no, PENALTY.reason)
    assert (kept.decided_on, kept.informed_at, kept.filed_at) == (PENALTY.decided_on, PENALTY.informed_at, MONDAY_9AM)
    assert kept.struck is struck


def test_a_filed_penalty_is_said_with_the_number_of_its_decision() -> None:
    filed = rules.file(UUID(int=8), PENALTY, at=MONDAY_9AM)

    assert (filed.penalty_id, filed.license_id) == (PENALTY.penalty_id, PENALTY.license_id)
    assert filed.audience() == ("fire",)
