"""In which partition does a key lie? In the same as for every Kafka client (murmur2), on both buses."""

from functools import lru_cache

from aiokafka.partitioner import murmur2


def partition_of(key: bytes, partitions: int) -> int:
    """Choose the partition as Kafka's default partitioner does for a key; the empty key is a key too."""
    return _positive_hash(key) % partitions


@lru_cache(maxsize=65_536)
def _positive_hash(key: bytes) -> int:
    # The hash is pure Python and a stream's key comes again and again.
    return int(murmur2(key)) & 0x7FFFFFFF
