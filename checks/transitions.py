"""Does every transition have its event, every event somebody who says it, and every duty events that come?"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

from checks.facts import House, Machine
from checks.findings import Finding
from checks.promised import PROMISED
from checks.sources import Source
from notify_svc.duties.words import DutyRow
from shenguan_contracts.duties import Duty
from shenguan_contracts.event import Event

_DUTIES = "services/notify-svc/notify_svc/duties/rules.py"


def transitions(house: House) -> list[Finding]:
    """Everything that would never happen, or happen unsaid."""
    machines = [finding for machine in house.machines for finding in _of_machine(machine, house)]
    states = {state.__name__ for machine in house.machines for state in _states(machine)}
    changes = [finding for source in house.sources for finding in _unsaid_changes(source, states)]
    return sorted([*_of_events(house), *machines, *changes, *_of_duties(house), *_of_reactions(house)])


def _of_events(house: House) -> Iterator[Finding]:
    for event, slices in house.said.items():
        if slices and event in PROMISED:
            what = f"{event.__name__} is said and still listed as promised"
            yield _at(event, "promise-kept", what, "Strike it from checks/promised.py.")
        if not slices and event not in PROMISED:
            remedy = "Say it where it happens, or strike it before it is released."
            yield _at(event, "unsaid-event", f"no slice says {event.__name__}", remedy)
        for name in slices:
            service = name.partition("_svc.")[0]
            if not name.startswith("shenguan_kernel.") and service not in house.speakers[event]:
                speakers = " or ".join(house.speakers[event])
                what = f"{name} says {event.__name__}, which is for {speakers} to say"
                yield _at(event, "foreign-saying", what, "Only the owner of a fact says it.")


def _of_machine(machine: Machine, house: House) -> Iterator[Finding]:
    entered = {transition.to for transition in machine.table.values()}
    for states in _states(machine):
        for state in states:
            if state not in entered:
                what = f"no event leads to {states.__name__}.{state.name}"
                yield Finding(machine.path, 1, "dead-state", what, "Add its transition, or strike the state.")
    for event, slices in house.said.items():
        if event.noun == machine.noun and machine.slice in slices and event not in machine.table:
            what = f"{event.__name__} is said of a {machine.noun} and is in no transition"
            yield Finding(machine.path, 1, "event-outside-machine", what, "Add it to the table of transitions.")


def _states(machine: Machine) -> set[type[StrEnum]]:
    named = [state for one in machine.table.values() for state in (*one.froms, one.to) if state is not None]
    return {type(state) for state in named}


def _unsaid_changes(source: Source, states: set[str]) -> Iterator[Finding]:
    """A state written by hand instead of by `step`: it would change without an event of the table."""
    if not source.is_rule:
        return
    for call in source.nodes:
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "replace":
            for given in call.keywords:
                if isinstance(given.value, ast.Attribute) and ast.unparse(given.value.value) in states:
                    what = f"{ast.unparse(given.value)} is set by hand"
                    yield source.finding(call, "unsaid-change", what, "Let `step` take it from the event.")


def _of_duties(house: House) -> Iterator[Finding]:
    for row in house.duties:
        for event in (row.opened_by, *(about.event for _, about in row.touched_by)):
            if not house.said[event] and event not in PROMISED:
                what = f"{row.duty} waits for {event.__name__}, which nobody says"
                yield Finding(_DUTIES, 1, "duty-waits", what, "Say the event, or strike the row.")
        yield from _of_sleep(house, row)
    for duty in Duty:
        rows = [row for row in house.duties if row.duty is duty]
        if len(rows) != 1:
            what = f"{duty} has {len(rows)} rows"
            yield Finding(_DUTIES, 1, "duty-rows", what, "A duty of the contracts has exactly one.")


def _of_sleep(house: House, row: DutyRow) -> Iterator[Finding]:
    """A duty that somebody would bear and nobody could fulfil sleeps until its slice is built, and no longer."""
    hopeless = bool(row.met_by) and not any(house.said[about.event] for about in row.met_by)
    if row.dormant and not hopeless:
        what = f"{row.duty} is dormant, and what meets it is said"
        yield Finding(_DUTIES, 1, "duty-asleep", what, "Strike `dormant`.")
    if hopeless and house.said[row.opened_by] and not row.dormant:
        what = f"{row.duty} is opened, and nobody says what meets it"
        yield Finding(_DUTIES, 1, "duty-hopeless", what, "Say what meets it, or declare it `dormant`.")


def _of_reactions(house: House) -> Iterator[Finding]:
    for service in house.services:
        path = f"services/{service.name}-svc/{service.name}_svc/app.py"
        for event in service.reactions:
            if not set(house.speakers[event]) & set(service.hears) and event.source != service.name:
                what = f"{service.name} reacts to {event.__name__} and hears none of {house.speakers[event]}"
                yield Finding(path, 1, "unheard-event", what, "Add the speaker to `hears`.")
        heard = {speaker for event in service.reactions for speaker in house.speakers[event]}
        for source in sorted(set(service.hears) - heard):
            what = f"{service.name} hears {source} and reacts to nothing of it"
            yield Finding(path, 1, "idle-hearing", what, "Strike it from `hears`.")


def _at(event: type[Event], rule: str, what: str, remedy: str) -> Finding:
    path = Path(inspect.getsourcefile(event) or "")
    return Finding(f"contracts/{path.parent.name}/{path.name}", inspect.getsourcelines(event)[1], rule, what, remedy)
