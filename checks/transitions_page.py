"""Which event moves what, and which duty does it open or meet? The page `docs/transitions.md`."""

from __future__ import annotations

from checks.facts import House, Machine
from notify_svc.duties.words import Deed
from shenguan_chassis.deciding import Reaction
from shenguan_contracts.event import Event
from shenguan_contracts.json_schema import both_languages

_INTRODUCTION = """\
# Transitions, events and duties

Each event with the slice that says it, the stream it is a number of, what it does to the thing's state (· is nothing
yet), which duties it opens (▶), meets (■), suspends (‖), resumes (▷), extends (＋) or cancels (✕), and which reactions
it has elsewhere. ◉ marks a snapshot event. A state that no event leads to, an event that nobody says and a duty that
waits for one fail `make check`, but for events whose slice is still to come (`checks/promised.py`, — here).
"""
_COLUMNS = """
| event 事件 | 中文 | said by 发出 | stream 事件流 | transition 状态变化 | duties 义务 | effect in 影响 |
|---|---|---|---|---|---|---|
"""


def transitions_page(house: House) -> str:
    """A row for each event, by the services that say it, the stream, and its place in the machine."""
    events = enumerate(_in_order_of_machines(house))
    rows = sorted((house.speakers[event], event.noun, position, _row(event, house)) for position, event in events)
    every = [f"- {service}: `{one.name}`" for service, one in _hearers_of_all(house)]
    heard = ["", "Every event is heard by:", "", *every] if every else []
    return _INTRODUCTION + _COLUMNS + "\n".join([*(row[-1] for row in rows), *heard, ""])


def _in_order_of_machines(house: House) -> list[type[Event]]:
    moving = [event for machine in house.machines for event in machine.table]
    return list(dict.fromkeys([*moving, *house.said]))


def _hearers_of_all(house: House) -> list[tuple[str, Reaction]]:
    found = [
        (service.name, reaction)
        for service in house.services
        for reactions in service.reactions.values()
        for reaction in reactions
        if set(reaction.events) >= set(house.said)
    ]
    return sorted({(service, reaction.name): (service, reaction) for service, reaction in found}.values())


def _row(event: type[Event], house: House) -> str:
    for_all = [reaction for _, reaction in _hearers_of_all(house)]
    effects = [
        f"{service.name}: `{reaction.name}`"
        for service in house.services
        for reaction in service.reactions.get(event, [])
        if reaction not in for_all
    ]
    cells = [
        f"`{event.__name__}`" + (f" v{event.version}" if event.version > 1 else "") + (" ◉" if event.starts else ""),
        both_languages(event.__doc__ or "")[0],
        "<br>".join(house.said[event]) or "—",
        event.noun,
        "<br>".join(_moves(machine, event) for machine in house.machines if event in machine.table),
        "<br>".join(_duties(event, house)),
        "<br>".join(effects),
    ]
    return f"| {' | '.join(cells)} |"


def _moves(machine: Machine, event: type[Event]) -> str:
    transition = machine.table[event]
    return f"{' / '.join(state or '·' for state in transition.froms) or '·'} → {transition.to or 'stays'}"


def _duties(event: type[Event], house: House) -> list[str]:
    opened = [f"▶ {row.duty}" for row in house.duties if row.opened_by is event]
    touched = [
        f"{_SIGNS[deed]} {row.duty}" for row in house.duties for deed, about in row.touched_by if about.event is event
    ]
    return [*opened, *touched]


_SIGNS = {Deed.MEET: "■", Deed.SUSPEND: "‖", Deed.RESUME: "▷", Deed.EXTEND: "＋", Deed.CANCEL: "✕"}
