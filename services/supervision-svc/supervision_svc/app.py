"""supervision-svc on one screen: the departments watch every holder, and report back."""

from __future__ import annotations

from shenguan_chassis.service import Service
from shenguan_kernel import calendar_copy, documents
from shenguan_kernel.powers import POWERS

from . import directory, ledger, penalties

service = Service(
    name="supervision",
    title="监管",
    slices=(directory, ledger, penalties, documents, calendar_copy),
    hears=("approval", "notify"),
    powers=POWERS,
)
