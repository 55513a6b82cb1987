"""Given any key, it lies where every Kafka client looks for it."""

from __future__ import annotations

import random

import pytest
from aiokafka.partitioner import murmur2 as of_a_kafka_client

from shenguan_chassis.bus.partitioner import murmur2, partition_of


@pytest.mark.parametrize("length", range(70))
def test_the_hash_is_that_of_kafkas_clients(length: int) -> None:
    chance = random.Random(length)
    keys = [chance.randbytes(length) for _ in range(20)]

    assert [murmur2(key) for key in keys] == [of_a_kafka_client(key) for key in keys]


def test_a_key_has_one_partition_and_keys_spread_over_all() -> None:
    keys = [f"obligation/{number}".encode() for number in range(1_000)]

    found = [partition_of(key, 6) for key in keys]

    assert found == [partition_of(key, 6) for key in keys]
    assert set(found) == set(range(6))
