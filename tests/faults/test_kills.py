"""Killed with -9 at random instants under load: is anything lost, done twice, or out of turn?

Each sample prints its seed; SHENGUAN_SEED=<seed> replays its schedule. The whole campaign is `make test-all`.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

from shenguan_chassis.testing.kafka import NativeKafka
from tests.faults.campaign import Blow, Campaign, blows, todays_seed
from tests.faults.town import Town, city, village
from tests.faults.watching import opened

pytestmark = pytest.mark.slow


async def struck(campaign: Campaign) -> list[str]:
    history, found = await campaign.judged()
    sys.stdout.write(campaign.report(history, found) + "\n")
    assert len(history.entries) > 10 * len(campaign.schedule)
    return found


async def nothing_breaks(town: Town, seed: int, how_many: int) -> Campaign:
    campaign = Campaign(town, seed, blows(seed, list(town.victims), how_many))

    found = await struck(campaign)

    assert not found, f"replay with SHENGUAN_SEED={seed}"
    return campaign


def test_a_schedule_is_replayed_by_its_seed_and_spares_nobody() -> None:
    names = ["a", "b", "c"]

    schedule = blows(7, names, 20)

    assert schedule == blows(7, names, 20) != blows(8, names, 20)
    assert {blow.victims[0] for blow in schedule[:3]} == set(names)


@pytest.mark.kafka
async def test_a_sample_of_kills_in_a_district_on_kafka_breaks_nothing(broker: NativeKafka, tmp_path: Path) -> None:
    seed = todays_seed()

    async with city(broker, tmp_path, random.Random(seed)) as town:
        await nothing_breaks(town, seed, 3)


async def test_a_sample_of_kills_of_an_embedded_district_breaks_nothing(open_folder: Path) -> None:
    seed = todays_seed()

    async with village(open_folder, random.Random(seed)) as town:
        await nothing_breaks(town, seed, 2)


@pytest.mark.whole
@pytest.mark.kafka
async def test_twenty_kills_in_a_district_on_kafka_break_nothing(broker: NativeKafka, tmp_path: Path) -> None:
    seed = todays_seed()

    async with city(broker, tmp_path, random.Random(seed)) as town:
        campaign = await nothing_breaks(town, seed, 24)

    assert campaign.kills >= 20


@pytest.mark.whole
async def test_twenty_kills_of_an_embedded_district_break_nothing(open_folder: Path) -> None:
    seed = todays_seed()

    async with village(open_folder, random.Random(seed)) as town:
        campaign = await nothing_breaks(town, seed, 20)

    assert campaign.kills >= 20


@pytest.mark.whole
async def test_a_database_that_answers_before_it_has_written_is_found_out(open_folder: Path) -> None:
    async with village(open_folder, random.Random(0)) as town:
        async with opened(town.superuser) as connection:
            await connection.execute("ALTER SYSTEM SET synchronous_commit = off")
            await connection.execute("SELECT pg_reload_conf()")

        schedule = [Blow(("PostgreSQL",), calm=3.0, down=0.0, patient=True)] * 4

        found = await struck(Campaign(town, 0, schedule, rests_within=5.0))

    assert any("was acknowledged" in sentence for sentence in found)
