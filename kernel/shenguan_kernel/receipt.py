"""When did it come in? The receipt (收件、收文) from which a legal clock counts.

A receipt may lie in the past (paper is registered after it came), never in the future, and never before the first
calendar of working days: no limit could be counted from there.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Final

from pydantic import AwareDatetime, Field

from shenguan_chassis.refusals import Refusal

EARLIEST: Final = datetime(2004, 1, 2, tzinfo=UTC)
"""The first whole day of the first calendar there is."""

ReceivedAt = Annotated[AwareDatetime, Field(ge=EARLIEST)]
"""收件时间, as it may be entered."""


class ReceivedInFuture(Refusal, status=422, rule="民法典 201", field="received_at"):
    """收件时间晚于当前时间：期限自收件次日起算，请核对后填写实际收到的时间。"""


def received(entered: datetime | None, *, now: datetime) -> datetime:
    """The instant of receipt: as entered, else `now` (it came in by this very act).

    Raises ReceivedInFuture.
    """
    if entered is not None and entered > now:
        raise ReceivedInFuture(received_at=entered, now=now)
    return entered or now
