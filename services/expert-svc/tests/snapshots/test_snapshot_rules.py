"""A snapshot is known by its digest, says what differs from the last draw's, and cannot be bent unseen."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from expert_svc.pools.lifecycle import why_excluded
from expert_svc.pools.rules import Credential, Expert, ExpertState
from expert_svc.snapshots import rules
from expert_svc.snapshots.rules import Differences, Frozen, differences
from shenguan_contracts.expert import Pool
from shenguan_kernel.lots.pool import Candidate, Snapshot, snapshot

MONDAY_9AM = datetime(2026, 3, 2, 1, tzinfo=UTC)
TODAY = date(2026, 3, 2)
A = Candidate("e-000001", "fire", ("消防",), ("注册工程师",))
B = Candidate("e-000002", "health", ("卫生",), ("注册工程师",), load=2)
SUB_LIST = {
    "content": '{"department":"fire","members":[{"fields":["消防"],"id":"e-000001","qualifications":[]}]}',
    "members": ["e-000001"],
    "digest": "5a" * 32,
    "manner": "identity", "public_key": None, "signature": None,
}  # fmt: skip
ON_THE_LIST = Expert(
    id=UUID(int=1), number=1, pool=Pool.SURVEY, department="fire", fields=("消防",), qualifications=("注册工程师",),
    credentials=(Credential(name="注册工程师", until=TODAY),), filed_at=MONDAY_9AM, state=ExpertState.FILED,
)  # fmt: skip


def frozen(taken: Snapshot, previous: tuple[str, Snapshot] | None = None) -> Frozen:
    context, digest = rules.freeze(Pool.SURVEY, taken, [SUB_LIST], previous, at=MONDAY_9AM)
    return Frozen(UUID(int=9), digest, taken, context)


def test_the_first_snapshot_has_nothing_to_differ_from() -> None:
    context = frozen(snapshot([A, B])).context

    assert (context["previous"], context["joined"], context["left"], context["changed"]) == (None, [], [], [])
    assert context["list"]["count"] == 2
    assert context["sub_lists"][0]["document"]["members"][0]["id"] == "e-000001"


def test_who_came_who_went_and_what_changed_since_the_last_draw_is_said() -> None:
    before = snapshot([A, B])
    now = snapshot([replace(A, fields=("消防", "电气"), excluded="suspended"), Candidate("e-000003", "fire")])

    found = differences(before, now)

    assert found == Differences(("e-000003",), ("e-000002",), (("e-000001", ("excluded", "fields")),))


def test_what_draws_change_themselves_is_no_difference() -> None:
    assert differences(snapshot([A]), snapshot([replace(A, load=3, last_drawn="2026-03-01")])) == Differences()


def test_the_event_says_how_many_and_never_who() -> None:
    said = rules.told(UUID(int=9), frozen(snapshot([replace(A, excluded="quarantine"), B])), at=MONDAY_9AM)

    assert (said.candidates, said.excluded, said.departments) == (2, 1, ("fire", "health"))
    assert "e-000001" not in said.model_dump_json()


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("candidates", '"load":0', '"load":1'),
        ("candidates", "e-000002", "e-000009"),
        ("context", '"joined":[]', '"joined":["e-000002"]'),
        ("context", '"e-000001"', '"e-000002"'),
    ],
)
def test_a_snapshot_that_was_bent_where_it_lies_is_refused(file: str, old: str, new: str) -> None:
    taken = frozen(snapshot([A, B]))
    bent = replace(taken.file, **{file: getattr(taken.file, file).replace(old, new, 1)})
    read = Snapshot(tuple(Candidate(**_tuples(one)) for one in json.loads(bent.candidates)))

    with pytest.raises(rules.SnapshotBroken):
        rules.opened(taken.id, bent, json.loads(bent.context), read)


def _tuples(one: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in one.items()}


def test_a_draw_is_declared_against_the_list_as_it_is() -> None:
    given = frozen(snapshot([A, B]))

    rules.refuse_outdated(given, snapshot([B, A]))
    with pytest.raises(rules.SnapshotOutdated) as refusal:
        rules.refuse_outdated(given, snapshot([A, replace(B, excluded="suspended")]))

    assert refusal.value.facts == {"joined": 0, "left": 0, "changed": 1}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, None),
        ({"state": ExpertState.SUSPENDED}, "suspended"),
        ({"quarantine_until": date(2026, 3, 3)}, "quarantine"),
        ({"quarantine_until": TODAY}, None),
        ({"credentials": (Credential(name="注册工程师", until=date(2026, 3, 1)),)}, "qualification_expired"),
        ({"credentials": (), "qualifications": ("注册工程师",)}, None),
        ({"pool": Pool.THINK_TANK, "credentials": (), "qualifications": ()}, None),
    ],
)
def test_who_may_not_be_drawn_is_excluded_with_the_code_of_the_reason(changes: dict[str, Any], why: str | None) -> None:
    assert why_excluded(replace(ON_THE_LIST, **changes), TODAY) == why


def test_a_qualification_that_has_run_out_counts_no_more_while_another_holds() -> None:
    old, new = Credential(name="注册工程师", until=date(2026, 3, 1)), Credential(name="高级工程师")

    assert replace(ON_THE_LIST, credentials=(old, new)).held_on(TODAY) == ("高级工程师",)


@pytest.mark.slow
def test_the_differences_of_a_large_list_are_found_at_once() -> None:
    many = Snapshot(tuple(Candidate(f"e-{n:06d}", f"office-{n % 97}") for n in range(200_000)))
    fewer = Snapshot(many.candidates[1:])
    began = time.process_time()

    found = differences(many, fewer)

    assert found.left == ("e-000000",)
    assert time.process_time() - began < 5
