"""What do probes and scrapers learn? Whether the service works; its numbers only with the token that was set."""

from __future__ import annotations

import pytest

from shenguan_chassis.settings import ServiceSettings, settings_or_exit
from shenguan_chassis.testing.house import OpenHouse
from shenguan_chassis.testing.postgres import Databases
from supervision_svc.app import service

TOKEN = "a-scraper-of-the-district"


async def test_where_a_token_is_set_measures_are_read_with_it_only(
    open_house: OpenHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHENGUAN_METRICS_TOKEN", TOKEN)
    client = (await open_house(service)).stranger()

    answers = [
        await client.get("/metrics", headers=headers)
        for headers in (
            {},
            {"Authorization": f"Bearer {TOKEN}x"},
            {"Authorization": f"Basic {TOKEN}"},
            {"Authorization": f"Bearer {TOKEN}"},
        )
    ]

    assert [answer.status_code for answer in answers] == [401, 401, 401, 200]
    assert answers[0].json()["facts"]["reason"] == "token_missing"
    assert "shenguan_" in answers[3].text
    assert (await client.get("/readyz")).status_code == 200


async def test_who_asks_whether_it_is_ready_reads_no_more_than_what_fails(
    open_house: OpenHouse, databases: Databases
) -> None:
    house = await open_house(service)
    name = await house.runtime.pool.fetchval("SELECT current_database()")

    await databases.templates.run(f'ALTER DATABASE "{name}" CONNECTION LIMIT 0')
    await databases.templates.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    answer = await house.stranger().get("/readyz")
    await databases.templates.run(f'ALTER DATABASE "{name}" CONNECTION LIMIT -1')

    assert answer.status_code == 503
    assert answer.json()["database"].startswith("no answer: ")
    assert not [word for word in (name, "postgres", "127.0.0.1", "limit") if word in answer.text]


def test_a_token_that_is_soon_guessed_is_refused_at_the_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SHENGUAN_METRICS_TOKEN", "short")

    with pytest.raises(SystemExit):
        settings_or_exit(ServiceSettings)

    told = capsys.readouterr().err
    assert "SHENGUAN_METRICS_TOKEN" in told
    assert '"short"' not in told
