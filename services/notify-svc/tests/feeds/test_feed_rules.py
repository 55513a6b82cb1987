"""What does a feed carry?"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import orjson

from notify_svc.feeds import rules
from shenguan_contracts.documents import PolicyDocForwarded
from shenguan_contracts.envelope import decode, encode, urn

AT = datetime(2026, 9, 24, 2, tzinfo=UTC)
SAID = encode(
    PolicyDocForwarded(policy_document_id=UUID(int=1), department="fire", recipient="housing", forwarded_at=AT),
    source=urn("370302", "supervision"),
    sequence=2,
    time=AT,
    traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
)


def test_an_event_travels_in_a_feed_as_its_owner_said_it() -> None:
    sent = rules.as_sent(rules.body_of(decode(SAID)).encode(), 7)

    assert decode(sent) == decode(SAID)
    assert orjson.loads(sent) == {**orjson.loads(SAID), "feedsequence": "0000000007"}


def test_each_department_has_a_topic_of_its_own() -> None:
    assert rules.topic_of_feed("fire") == "shenguan.feed.fire.v1"
