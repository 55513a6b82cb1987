"""How do records travel between Python and the log's table?"""

import struct
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shenguan_chassis.bus.admission import Shape
from shenguan_chassis.bus.partitioner import partition_of
from shenguan_chassis.bus.port import Headers, Received, Record

_LENGTHS = struct.Struct(">HI")


@dataclass(slots=True)
class Columns:
    """Records turned into the arrays that `bus.append` takes; `ords` count within each partition."""

    topics: list[int] = field(default_factory=list)
    parts: list[int] = field(default_factory=list)
    ords: list[int] = field(default_factory=list)
    keys: list[bytes] = field(default_factory=list)
    values: list[bytes] = field(default_factory=list)
    headers: list[bytes | None] = field(default_factory=list)

    @classmethod
    def of(cls, records: Sequence[Record], shapes: Mapping[str, Shape]) -> "Columns":
        """Place each record in its partition, in the order given."""
        columns = cls()
        written: defaultdict[tuple[int, int], int] = defaultdict(int)
        for record in records:
            shape = shapes[record.topic]
            place = shape.number, partition_of(record.key, shape.partitions)
            columns._add(place, written[place], record)
            written[place] += 1
        return columns

    def _add(self, place: tuple[int, int], ord_: int, record: Record) -> None:
        self.topics.append(place[0])
        self.parts.append(place[1])
        self.ords.append(ord_)
        self.keys.append(record.key)
        self.values.append(record.value)
        self.headers.append(pack_headers(record.headers))

    def arguments(self) -> tuple[list[Any], ...]:
        """In the order of `bus.append`."""
        return self.topics, self.parts, self.ords, self.keys, self.values, self.headers


def received(topic: str, row: Any) -> Received:
    """Make what a reader gets from one row of `READ`."""
    return Received(topic, row["part"], row["off"], row["key"], row["value"], unpack_headers(row["headers"]))


def pack_headers(headers: Headers) -> bytes | None:
    """Frame headers into one value; their order and repeated names are kept."""
    if not headers:
        return None
    packed = bytearray()
    for name, value in headers:
        encoded = name.encode()
        packed += _LENGTHS.pack(len(encoded), len(value)) + encoded + value
    return bytes(packed)


def unpack_headers(packed: bytes | None) -> Headers:
    """The reverse of `pack_headers`."""
    headers: list[tuple[str, bytes]] = []
    at, end = 0, len(packed or b"")
    while packed is not None and at < end:
        name_length, value_length = _LENGTHS.unpack_from(packed, at)
        name_at = at + _LENGTHS.size
        at = name_at + name_length + value_length
        headers.append((packed[name_at : name_at + name_length].decode(), packed[at - value_length : at]))
    return tuple(headers)
