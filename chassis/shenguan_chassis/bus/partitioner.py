"""In which partition does a key lie? In the same as for every Kafka client (murmur2), on both buses."""

from functools import lru_cache
from struct import unpack_from
from typing import Final

_SEED: Final = 0x9747B28C
_MIX: Final = 0x5BD1E995
_WORD: Final = 0xFFFFFFFF


def partition_of(key: bytes, partitions: int) -> int:
    """Choose the partition as Kafka's default partitioner does for a key; the empty key is a key too."""
    return _positive_hash(key) % partitions


@lru_cache(maxsize=65_536)
def _positive_hash(key: bytes) -> int:
    # A stream's key comes again and again.
    return murmur2(key) & 0x7FFFFFFF


def murmur2(data: bytes) -> int:
    """MurmurHash2 as Kafka's clients have it; aiokafka's own goes byte by byte and takes twice as long."""
    words, rest = divmod(len(data), 4)
    hash_ = _SEED ^ len(data)
    for word in unpack_from(f"<{words}I", data):
        mixed = word * _MIX & _WORD
        hash_ = (hash_ * _MIX ^ (mixed ^ mixed >> 24) * _MIX) & _WORD
    if rest:
        hash_ = (hash_ ^ int.from_bytes(data[-rest:], "little")) * _MIX & _WORD
    hash_ = (hash_ ^ hash_ >> 13) * _MIX & _WORD
    return hash_ ^ hash_ >> 15
