"""What crosses the bus in the bench? Real envelopes of about one kilobyte, each stream numbered without gap."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

from shenguan_chassis.ids import derived_id
from shenguan_contracts.catalogue import topic_of
from shenguan_contracts.envelope import encode, urn

from .matters.contract import MatterNoted

DIVISION = "370302"
SOURCE = urn(DIVISION, "bench")
TOPIC = topic_of("bench")
TEXT = "因经营需要，申请在原许可范围内增加一项，材料已经齐备，地点和负责人不变，承诺所填内容真实，请予受理。" * 4
_TRACE = f"00-{'a' * 32}-{'b' * 16}-01"
_AT = datetime(2026, 3, 2, 4, tzinfo=UTC)


def events(number: int, streams: int) -> Iterator[tuple[str, bytes]]:
    """Subject and body of `number` events; the streams take turns, so that neighbours are of different ones."""
    ids = [derived_id("matter", n) for n in range(streams)]
    for n in range(number):
        yield _one(ids[n % streams], n // streams + 1)


def _one(matter_id: UUID, sequence: int) -> tuple[str, bytes]:
    noted = MatterNoted(matter_id=matter_id, department="fire", remark=TEXT, notes=sequence, noted_at=_AT)
    return noted.subject, encode(
        noted, source=SOURCE, sequence=sequence, time=_AT, traceparent=f"00-{'a' * 32}-{'b' * 16}-01"
    )
