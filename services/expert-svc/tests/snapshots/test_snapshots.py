"""Lists are frozen through the bureau's door and looked at by anybody."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from expert_svc.snapshots.rules import digest_of
from shenguan_kernel.lots.encoding import Hashing, tagged
from shenguan_kernel.roles import Role

OpenPools = Callable[[], Awaitable[Any]]


async def test_a_snapshot_is_frozen_by_the_bureau_and_read_by_anyone(pools: OpenPools) -> None:
    here = await pools()
    await here.file()
    await here.file("health")

    made = await here.freeze()
    context = await here.read(f"/snapshots/{made['digest']}")
    candidates = await here.house.stranger().get(f"/snapshots/{made['id']}/candidates")

    assert (made["candidates"], made["excluded"], made["previous"]) == (2, 0, None)
    assert digest_of(context) == made["digest"]
    assert tagged(Hashing.SHA256, "pool", candidates.content).hex() == context["list"]["digest"]
    assert [one["id"] for one in candidates.json()] == ["e-000001", "e-000002"]
    said = (await here.house.said())[-1]
    assert (said.data["digest"], said.data["departments"]) == (made["digest"], ["fire", "health"])


async def test_only_the_bureau_freezes(pools: OpenPools) -> None:
    here = await pools()

    refused = await here.house.http(Role.LIAISON_LEAD, department="fire").post("/snapshots", json={"pool": "survey"})

    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")


async def test_who_is_suspended_is_in_the_snapshot_with_a_code_and_who_was_removed_is_not(pools: OpenPools) -> None:
    here = await pools()
    first, second, _ = [await here.file(department) for department in ("fire", "health", "market")]
    before = await here.freeze()
    await here.post(f"/experts/{first['id']}/suspend", {"reason": "借调外地"})
    await here.post(f"/experts/{second['id']}/remove", {"reason": "退休"})

    after = await here.freeze()
    candidates = await here.read(f"/snapshots/{after['digest']}/candidates")
    changes = await here.read(f"/snapshots/{after['digest']}/differences/{before['digest']}")

    assert [(one["id"], one["excluded"]) for one in candidates] == [("e-000001", "suspended"), ("e-000003", None)]
    assert (changes["joined"], changes["left"]) == ([], ["e-000002"])
    assert changes["changed"] == [{"id": "e-000001", "members": ["excluded"]}]
    assert "退休" not in json.dumps(candidates, ensure_ascii=False)


async def test_a_snapshot_that_nobody_froze_is_not_there(pools: OpenPools) -> None:
    here = await pools()

    for path in ("/snapshots/" + "5a" * 32, "/snapshots/0198c0de-0000-7000-8000-000000000001/candidates"):
        assert (await here.house.stranger().get(path)).status_code == 404


async def test_a_snapshot_bent_in_the_database_is_noticed(pools: OpenPools) -> None:
    here = await pools()
    await here.file()
    made = await here.freeze()

    async with here.house.runtime.pool.acquire() as connection:
        bent = "UPDATE snapshot_files SET candidates = replace(candidates, 'fire', 'market')"
        await connection.execute(bent)
    asked = await here.house.stranger().get(f"/snapshots/{made['digest']}/differences/{made['digest']}")

    assert (asked.status_code, asked.json()["code"]) == (409, "snapshot_broken")


async def test_the_snapshots_are_listed_by_list_and_time(pools: OpenPools) -> None:
    here = await pools()
    await here.file()
    frozen = [(await here.freeze())["digest"]]
    await here.post("/snapshots", {"pool": "think_tank"}, 201)

    listed = (await here.bureau.get("/snapshots", params={"pool": "survey"})).json()["items"]

    assert [one["digest"] for one in listed] == frozen


async def test_a_draw_is_declared_against_a_snapshot_and_the_next_one_says_what_changed_since(pools: OpenPools) -> None:
    here = await pools()
    for department in ("fire", "health"):
        await here.file(department)
    frozen = await here.freeze()
    purpose = "survey/0198c0de-0000-7000-8000-00000000000"
    wanted = {"pool": "survey", "seats": 1, "purpose": f"{purpose}1", "snapshot": frozen["digest"]}

    drawn = await here.post("/draws", wanted, 201)
    newcomer = await here.file("market")
    outdated = await here.bureau.post("/draws", json={**wanted, "purpose": f"{purpose}2"})
    unknown = await here.bureau.post("/draws", json={**wanted, "purpose": f"{purpose}2", "snapshot": "5a" * 32})
    again = await here.post("/draws", {**wanted, "purpose": f"{purpose}2", "snapshot": None}, 201)

    first, second = [await here.read(f"/draws/{one['id']}/certificate") for one in (drawn, again)]
    assert first["declaration"]["snapshot"] == frozen["digest"]
    assert first["snapshot"] == await here.read(f"/snapshots/{frozen['digest']}")
    assert (outdated.json()["code"], unknown.json()["code"]) == ("snapshot_outdated", "snapshot_unknown")
    assert second["snapshot"]["previous"] == frozen["digest"]
    assert second["snapshot"]["joined"] == [newcomer["expert_no"]]
    (loaded,) = [one for one in second["pool"] if one["id"] == drawn["panel"][0]]
    assert (loaded["load"], loaded["last_drawn"] is None) == (1, False)
