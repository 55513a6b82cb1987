"""Which records of a call may be sent at all? Those that fit, unless one of their key before them does not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shenguan_chassis.bus.port import Acked, NotSent, Outcome, Record, size_of

_FOLLOWS = "behind a record of its key that was not sent"


@dataclass(frozen=True, slots=True)
class Shape:
    """What publishing must know of a topic."""

    partitions: int
    max_bytes: int
    number: int = 0


@dataclass(slots=True)
class Call:
    """One call of `publish`: the records, and what became of each."""

    records: Sequence[Record]
    outcomes: dict[int, Outcome] = field(default_factory=dict)

    def admit(self, shapes: Mapping[str, Shape]) -> list[int]:
        """Refuse what cannot be sent, with its followers; returns the indexes of the others, in order."""
        blocked: set[tuple[str, bytes]] = set()
        for index, record in enumerate(self.records):
            refused = _refusal(record, shapes)
            if refused is None and (record.topic, record.key) in blocked:
                refused = NotSent(_FOLLOWS)
            if refused is not None:
                blocked.add((record.topic, record.key))
                self.outcomes[index] = refused
        return [index for index in range(len(self.records)) if index not in self.outcomes]

    def settle(self, indexes: Sequence[int], outcome: Outcome) -> None:
        """Give these records the same outcome."""
        for index in indexes:
            self.outcomes[index] = outcome

    def in_order(self) -> list[Outcome]:
        """One outcome per record; no record of a key is acked behind one that is not."""
        answer: list[Outcome] = []
        failed: set[tuple[str, bytes]] = set()
        for index, record in enumerate(self.records):
            outcome = self.outcomes.get(index, NotSent("not tried"))
            name = (record.topic, record.key)
            if isinstance(outcome, Acked) and failed and name in failed:
                outcome = NotSent(_FOLLOWS)
            elif isinstance(outcome, NotSent):
                failed.add(name)
            answer.append(outcome)
        return answer


def _refusal(record: Record, shapes: Mapping[str, Shape]) -> NotSent | None:
    shape = shapes.get(record.topic)
    if shape is None:
        return NotSent(f"nobody declared the topic {record.topic}")
    size = size_of(record)
    if size > shape.max_bytes:
        return NotSent(f"{size} bytes, the topic allows {shape.max_bytes}", too_large=True)
    return None
