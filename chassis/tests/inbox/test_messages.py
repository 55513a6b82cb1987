"""What if a message is no event of ours? It is kept and counted, and never blocks what follows on other keys."""

from dataclasses import replace

import pytest
from prometheus_client import REGISTRY

from shenguan_chassis.testing.ear import Ear, line, reaction, write_line
from shenguan_contracts.approval import UnlistedPowerAttempted
from shenguan_contracts.envelope import urn

NEWER = "cn.shenguan.approval.UnlistedPowerAttempted.v2"
AS_IF_THIS_EDITION_KNEW_IT = """
UPDATE parked SET type = replace(type, '.v2', '.v1'),
    body = convert_to(replace(convert_from(body, 'utf8'), 'Attempted.v2', 'Attempted.v1'), 'utf8')
"""
NOISE = [b"", b"\xff\xfe", b"{}", b"[]", b'{"specversion":"1.0"}', b"null", b'"' + b"x" * 70_000]


async def kept(ear: Ear) -> list[str]:
    return [row["reason"] for row in await ear.database.fetch("SELECT reason FROM unreadable ORDER BY id")]


@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe", b"{}", b"[]", b'{"specversion":"1.0"}', b"null", b'"' + b"x" * 70_000]
)
async def test_a_message_that_is_no_event_is_kept_and_what_follows_takes_effect(ear: Ear, body: bytes) -> None:
    noise = replace(ear.record(line("s", "x"), 1), value=body)

    await ear.hear(noise, ear.record(line("s", "a"), 1))

    assert len(await kept(ear)) == 1
    assert await ear.database.fetchval("SELECT body FROM unreadable") == body
    assert await ear.lines("s") == ["a"]


async def test_it_is_kept_once_however_often_the_bus_hands_it_over(ear: Ear) -> None:
    noise = replace(ear.record(line("s", "x"), 1), value=b"noise")

    await ear.hear(noise)
    await ear.hear(noise)

    assert len(await kept(ear)) == 1


async def test_a_message_is_counted(ear: Ear) -> None:
    before = REGISTRY.get_sample_value("shenguan_inbox_unreadable_total", {"service": "supervision"}) or 0

    await ear.hear(replace(ear.record(line("s", "x"), 1), value=b"noise"))

    assert REGISTRY.get_sample_value("shenguan_inbox_unreadable_total", {"service": "supervision"}) == before + 1


async def test_an_event_this_edition_does_not_know_is_kept_and_its_stream_goes_on(ear: Ear) -> None:
    unknown = ear.record(line("s", "x"), 1, type="cn.shenguan.approval.SomethingElse.v1")

    await ear.hear(unknown, ear.record(line("s", "b"), 2))

    assert len(await kept(ear)) == 1
    assert await ear.lines("s") == ["b"]


@pytest.mark.parametrize("type_", ["x\x00y", "x" * 100_000, "\n", "cn.shenguan.approval.\x00.v1"])
async def test_no_name_of_an_event_is_too_strange_to_wait_and_to_be_kept(ear: Ear, type_: str) -> None:
    strange = ear.record(line("s", "x"), 2, type=type_)

    await ear.hear(strange)
    await ear.hear(ear.record(line("s", "a"), 1), ear.record(line("s", "c"), 3))

    assert await ear.lines("s") == ["a", "c"]
    assert len(await kept(ear)) == 1


async def test_a_newer_version_of_what_somebody_here_answers_waits_for_the_upgrade(ear: Ear) -> None:
    newer = ear.record(line("s", "a"), 1, type=NEWER)

    await ear.hear(newer, ear.record(line("s", "b"), 2), ear.record(line("t", "a"), 1))

    assert await ear.why("s") == {1: "newer", 2: "behind"}
    assert await ear.lines("t") == ["a"]


async def test_after_the_upgrade_it_takes_effect_by_itself(ear: Ear) -> None:
    await ear.hear(ear.record(line("s", "a"), 1, type=NEWER), ear.record(line("s", "b"), 2))
    await ear.database.execute(AS_IF_THIS_EDITION_KNEW_IT)
    ear.listens(reaction(write_line, UnlistedPowerAttempted))

    await ear.inbox.begin()
    await ear.inbox.look_again()

    assert await ear.lines("s") == ["a", "b"]


async def test_without_an_upgrade_it_waits_on(ear: Ear) -> None:
    await ear.hear(ear.record(line("s", "a"), 1, type=NEWER))

    await ear.inbox.begin()
    await ear.inbox.look_again()

    assert await ear.why("s") == {1: "newer"}
    assert await ear.database.fetchval("SELECT due FROM parked") is None


async def test_a_newer_version_of_what_nobody_here_answers_passes(ear: Ear) -> None:
    ear.listens({})

    await ear.hear(ear.record(line("s", "a"), 1, type=NEWER))

    assert await ear.at("s") == (1, 0)


async def test_a_source_that_speaks_on_anothers_topic_is_set_aside_and_moves_no_stream(ear: Ear) -> None:
    forged = ear.record(line("s", "forged"), 1, source="notify")
    forged = replace(forged, value=ear.record(line("s", "forged"), 1).value)

    await ear.hear(forged)

    assert await ear.at("s") == (0, 0)
    assert await kept(ear) == ["urn:shenguan:370302:approval may not speak on shenguan.notify.v1"]


async def test_another_division_is_a_foreign_source(ear: Ear) -> None:
    forged = ear.record(line("s", "forged"), 1)
    elsewhere = urn("110101", "approval").encode()

    await ear.hear(replace(forged, value=forged.value.replace(urn("370302", "approval").encode(), elsewhere)))

    assert await ear.at("s") == (0, 0)
    assert len(await kept(ear)) == 1


async def test_a_type_that_names_another_service_than_its_source_has_no_effect(ear: Ear) -> None:
    await ear.hear(ear.record(line("s", "a"), 1, type="cn.shenguan.notify.UnlistedPowerAttempted.v1"))

    assert await ear.lines("s") == []
    assert len(await kept(ear)) == 1
