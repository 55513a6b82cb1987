"""approval-svc on one screen: the bureau grants and says so (行政审批服务局)."""

from __future__ import annotations

from shenguan_chassis.service import Service
from shenguan_kernel import calendar_copy, documents
from shenguan_kernel.powers import POWERS

from . import cases, items, licenses, panels, penalties

service = Service(
    name="approval",
    title="审批",
    slices=(items, cases, licenses, penalties, panels, documents, calendar_copy),
    hears=("supervision", "notify", "expert"),
    powers=POWERS,
)
