"""Which records of a call may be sent, and what becomes of those behind one that was not."""

from shenguan_chassis.bus.admission import Call, Shape
from shenguan_chassis.bus.port import Acked, NotSent, Record, size_of

SHAPES = {"t": Shape(partitions=3, max_bytes=100)}


def record(key: bytes, size: int = 10, topic: str = "t") -> Record:
    return Record(topic, key, b"x" * (size - len(key)))


def test_a_record_of_exactly_the_limit_is_admitted_and_one_byte_more_is_not() -> None:
    call = Call([record(b"a", 100), record(b"b", 101)])

    assert call.admit(SHAPES) == [0]
    assert call.outcomes[1] == NotSent("101 bytes, the topic allows 100", too_large=True)


def test_headers_count() -> None:
    assert size_of(Record("t", b"k", b"vv", (("主", b"123"),))) == 1 + 2 + 3 + 3 + 16


def test_only_the_same_key_of_the_same_topic_is_held_back() -> None:
    shapes = {**SHAPES, "u": Shape(partitions=3, max_bytes=100)}
    call = Call([record(b"a", 200), record(b"a"), record(b"a", topic="u"), record(b"b")])

    assert call.admit(shapes) == [2, 3]


def test_nothing_behind_a_failure_of_its_key_is_acked() -> None:
    call = Call([record(b"a"), record(b"b"), record(b"a")])
    call.settle([0], NotSent("no answer in time"))
    call.settle([1, 2], Acked())

    outcomes = call.in_order()

    assert [isinstance(outcome, Acked) for outcome in outcomes] == [False, True, False]


def test_a_record_nobody_settled_was_not_sent() -> None:
    assert Call([record(b"a")]).in_order() == [NotSent("not tried")]
