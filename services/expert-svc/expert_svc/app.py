"""expert-svc on one screen: experts are drawn by lot so that anyone can check the draw."""

from __future__ import annotations

from shenguan_chassis.service import Service
from shenguan_kernel import calendar_copy
from shenguan_kernel.powers import POWERS

from . import (
    annexes,
    certificates,
    custodians,
    draws,
    evaluations,
    nominations,
    pools,
    requests,
    seats,
    snapshots,
    statistics,
)
from .certificates.views import certificate_attached
from .draws.key import ExpertSettings
from .requests.drawer import draw_requests

service = Service(
    name="expert",
    title="专家",
    slices=(
        annexes,
        pools,
        nominations,
        snapshots,
        custodians,
        draws,
        seats,
        evaluations,
        requests,
        certificates,
        statistics,
        calendar_copy,
    ),
    hears=("approval", "notify", "expert"),
    workers=(draw_requests,),
    powers=POWERS,
    settings=ExpertSettings,
    attaches={"draw": certificate_attached},
)
