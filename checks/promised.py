"""Which events are promised in the contracts before the slice that will say them is built?

The timekeeper is built against the whole promise: duties wait for these already. Whoever builds the slice strikes its
events from this list, and `make check` finds an entry that is said.
"""

from __future__ import annotations

from typing import Final

from shenguan_contracts import approval, supervision
from shenguan_contracts.event import Event

PROMISED: Final[frozenset[type[Event]]] = frozenset(
    {
        approval.CaseCorrectionRequested,
        approval.CaseCorrected,
        approval.CaseSuspended,
        approval.CaseResumed,
        approval.CaseExtended,
        approval.CaseRefused,
        approval.CaseClosed,
        approval.DecisionPublished,
        approval.LicenseDelivered,
        approval.LicenseSuspended,
        approval.LicenseReinstated,
        approval.LicenseRenewalRequested,
        approval.LicenseRenewed,
        approval.LicenseRenewalRefused,
        approval.ConsultationRequested,
        approval.ConsultationExtended,
        approval.ConsultationRecalled,
        approval.SurveyCalled,
        approval.SurveyResultDrafted,
        approval.HearingRightNotified,
        approval.HearingRequested,
        approval.HearingScheduled,
        approval.HearingNoticed,
        approval.HearingHeld,
        supervision.PenaltyReversed,
        supervision.PenaltyPublicationWithdrawn,
        supervision.ConsultationReplied,
        supervision.SurveySigned,
    }
)
"""By service; each waits for the slice of its noun."""
