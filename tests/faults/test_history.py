"""Does the judge of a run find every fault there can be? An honest history passes; each planted lie is found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.faults.history import violations
from tests.faults.records import (
    Attempt,
    Chain,
    Duty,
    Effect,
    Entry,
    History,
    Move,
    Outcome,
    Said,
    Stream,
    Witnessed,
)

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
CASE, LICENSE = Stream("approval", "case/1"), Stream("approval", "license/1")
SUBMITTED, ACCEPTED, GRANTED, ISSUED = "CaseSubmitted", "CaseAccepted", "CaseGranted", "ApprovalIssued"


def _attempt(outcome: Outcome, key: str, command: str, *shows: tuple[str, int]) -> Attempt:
    answer = f"answer to {key}".encode() if outcome is Outcome.OK else b""
    return Attempt(
        service="approval", person="p", key=key, command=command, outcome=outcome, answer=answer, shows=shows
    )


def _entry(key: str, subject: str, number: int) -> Entry:
    return Entry("approval", "p", key, subject, number, f"answer to {key}".encode())


KEPT = (Said(CASE, 1, SUBMITTED), Said(CASE, 2, ACCEPTED), Said(CASE, 3, GRANTED), Said(LICENSE, 1, ISSUED))
ATTEMPTS = (
    _attempt(Outcome.UNKNOWN, "k1", "submit"),
    _attempt(Outcome.OK, "k1", "submit", ("case/1", 1)),
    _attempt(Outcome.FAIL, "k2", "accept"),
    _attempt(Outcome.OK, "k2", "accept", ("case/1", 2)),
    _attempt(Outcome.UNKNOWN, "k3", "grant"),
    _attempt(Outcome.UNKNOWN, "k4", "submit"),
    _attempt(Outcome.FAIL, "k5", "grant"),
)
ENTRIES = (_entry("k1", "case/1", 1), _entry("k2", "case/1", 2), _entry("k3", "case/1", 3))
EFFECTS = tuple(Effect("notify", "feed of fire", stream, number) for stream, number, _ in KEPT)
DUTY = Duty("decide", "case/1", "bureau", NOON, NOON)
HONEST = History(
    attempts=ATTEMPTS,
    kept=KEPT,
    commanded=frozenset({SUBMITTED, ACCEPTED, GRANTED}),
    entries=ENTRIES,
    rows={CASE: 3, LICENSE: 1},
    wire=(KEPT[0], KEPT[1], KEPT[0], KEPT[1], *KEPT[2:]),
    left={"queue of approval": 0},
    hears={"notify": ("approval",)},
    positions={"notify": {CASE: 3, LICENSE: 1}},
    moves=(Move("notify", CASE, 0, 2), Move("notify", LICENSE, 0, 1), Move("notify", CASE, 2, 3)),
    wanted=EFFECTS,
    effects=EFFECTS,
    owed=(DUTY,),
    opened=(DUTY,),
    chains={"approval": Chain(rows=3, sealed=3, heads={3: "ab"})},
    witnessed=(Witnessed("notify", "approval", 3, "ab"),),
)


def found(history: History, *words: str) -> bool:
    """True if one violation says all these words."""
    return any(all(word in sentence for word in words) for sentence in violations(history))


def test_an_honest_history_passes_unknown_answers_and_repeated_records_included() -> None:
    assert violations(HONEST) == []


def test_an_unknown_attempt_may_have_taken_effect_or_not() -> None:
    nothing_came_of_it = replace(HONEST, attempts=(*ATTEMPTS, _attempt(Outcome.UNKNOWN, "k9", "submit")))

    assert violations(nothing_came_of_it) == []


def test_an_acknowledged_command_without_its_event_is_found() -> None:
    assert found(replace(HONEST, kept=KEPT[:1] + KEPT[2:]), "accept", "acknowledged with case/1#2", "never kept")


def test_an_acknowledged_command_without_its_journal_row_is_found() -> None:
    assert found(replace(HONEST, entries=ENTRIES[1:]), "submit", "the journal has no row")


def test_two_events_for_one_key_are_found_whether_the_journal_admits_them_or_not() -> None:
    other = Said(Stream("approval", "case/2"), 1, SUBMITTED)
    admitted = replace(HONEST, kept=(*KEPT, other), entries=(*ENTRIES, _entry("k1", "case/2", 1)))
    hidden = replace(HONEST, kept=(*KEPT, other))

    assert found(admitted, "key k1", "2 times", "case/1#1, case/2#1")
    assert found(hidden, "case/2#1", "by 0 commands")


def test_a_key_answered_in_two_ways_is_found() -> None:
    liar = replace(ATTEMPTS[1], answer=b"another answer")

    assert found(replace(HONEST, attempts=(*ATTEMPTS, liar)), "submit", "more than one way")


def test_a_command_that_was_refused_and_took_effect_is_found() -> None:
    refused = tuple(replace(one, outcome=Outcome.FAIL) if one.key == "k3" else one for one in ATTEMPTS)

    assert found(replace(HONEST, attempts=refused), "grant", "refused each time")


def test_a_refusal_of_what_nothing_stands_against_is_found() -> None:
    refused = replace(_attempt(Outcome.FAIL, "k9", "accept"), lawful=True)

    assert found(replace(HONEST, attempts=(*ATTEMPTS, refused)), "accept", "nothing stood in its way")


def test_a_request_that_hangs_is_found() -> None:
    hung = replace(_attempt(Outcome.UNKNOWN, "k9", "submit"), seconds=10.2)

    assert found(replace(HONEST, attempts=(*ATTEMPTS, hung)), "submit", "hung for 10.2 s")


def test_an_acknowledged_command_that_is_refused_when_asked_again_is_found() -> None:
    again = (*ATTEMPTS, _attempt(Outcome.FAIL, "k1", "submit"))

    assert found(replace(HONEST, attempts=again), "submit", "refused when asked again")


def test_a_gap_in_what_was_kept_is_found() -> None:
    gap = (*KEPT[:2], Said(CASE, 4, GRANTED), KEPT[3])

    assert found(replace(HONEST, kept=gap), "case/1", "4 follows 2 (kept)")


def test_a_number_given_twice_is_found() -> None:
    assert found(replace(HONEST, kept=(*KEPT, KEPT[1])), "case/1", "2 follows 2 (kept)")


def test_a_row_that_does_not_stand_at_its_last_event_is_found() -> None:
    assert found(replace(HONEST, rows={CASE: 2, LICENSE: 1}), "case/1", "its row stands at 2")


def test_an_event_that_never_reached_the_bus_is_found() -> None:
    assert found(replace(HONEST, wire=HONEST.wire[:-1]), "license/1", "never reached the bus")


def test_a_step_back_on_the_bus_is_found() -> None:
    shuffled = (KEPT[0], KEPT[2], KEPT[1], KEPT[3])

    assert found(replace(HONEST, wire=shuffled), "case/1", "3 follows 1 (on the bus)")


def test_a_record_that_nobody_kept_is_found() -> None:
    stranger = Said(Stream("approval", "case/7"), 1, SUBMITTED)

    assert found(replace(HONEST, wire=(*HONEST.wire, stranger)), "case/7", "nobody kept it")


def test_what_is_left_in_a_queue_is_found() -> None:
    assert found(replace(HONEST, left={"queue of approval": 2}), "2 left over", "queue of approval")


@pytest.mark.parametrize("stands", [{CASE: 2, LICENSE: 1}, {CASE: 3}, {CASE: 4, LICENSE: 1}])
def test_a_consumer_that_stands_elsewhere_than_at_the_last_number_is_found(stands: dict[Stream, int]) -> None:
    assert found(replace(HONEST, positions={"notify": stands}), "notify stands at")


@pytest.mark.parametrize("moves", [[(0, 2), (2, 1)], [(0, 2), (1, 3)], [(1, 2)]])
def test_a_consumer_that_stepped_back_or_jumped_is_found(moves: Sequence[tuple[int, int]]) -> None:
    steps = tuple(Move("notify", CASE, was, now) for was, now in moves)

    assert found(replace(HONEST, moves=steps), "notify stood at", "stepped from")


def test_a_lost_event_is_found() -> None:
    assert found(replace(HONEST, effects=EFFECTS[:1] + EFFECTS[2:]), "case/1#2", "0 times, not 1")


def test_an_event_applied_twice_is_found() -> None:
    assert found(replace(HONEST, effects=(*EFFECTS, EFFECTS[0])), "case/1#1", "2 times, not 1")


def test_an_effect_of_no_event_is_found() -> None:
    assert found(replace(HONEST, effects=(*EFFECTS, EFFECTS[0]._replace(number=9))), "case/1#9", "1 times, not 0")


def test_effects_out_of_turn_are_found() -> None:
    swapped = (EFFECTS[1], EFFECTS[0], *EFFECTS[2:])

    assert found(replace(HONEST, effects=swapped), "case/1", "stepped back", "[2, 1, 3]")


def test_a_missing_obligation_is_found() -> None:
    assert found(replace(HONEST, opened=()), "decide case/1 bureau", "0 obligations were opened, not 1")


def test_a_second_obligation_for_one_event_is_found() -> None:
    assert found(replace(HONEST, opened=(DUTY, DUTY)), "decide case/1 bureau", "2 obligations were opened, not 1")


@pytest.mark.parametrize("wrong", [DUTY._replace(due_at=NOON + timedelta(days=1)), DUTY._replace(met_at=None)])
def test_an_obligation_with_a_wrong_end_is_found(wrong: Duty) -> None:
    assert found(replace(HONEST, opened=(wrong,)), "decide case/1 bureau", "due 2026-03-0")


def test_a_broken_chain_is_found() -> None:
    broken = {"approval": Chain(rows=3, sealed=3, broken_at=2, heads={3: "ab"})}

    assert found(replace(HONEST, chains=broken), "journal chain of approval", "broken at number 2")


def test_a_journal_row_that_was_never_sealed_is_found() -> None:
    assert found(replace(HONEST, chains={"approval": Chain(rows=4, sealed=3, heads={3: "ab"})}), "4 rows", "chain 3")


def test_a_chain_that_is_whole_and_yet_not_what_was_witnessed_is_found() -> None:
    rehashed = {"approval": Chain(rows=3, sealed=3, heads={3: "cd"})}

    assert found(replace(HONEST, chains=rehashed), "notify witnessed another head of approval")
