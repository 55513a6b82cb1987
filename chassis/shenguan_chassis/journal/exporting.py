"""How does an auditor take a log along, to verify it where no service runs? Seals, and what is found under them.

Answers to callers and their keys are in it by their hash only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from asyncpg import Connection

from .entries import Entry, Place
from .head import SignedHead
from .verifying import Sealed, seals_after


async def exported(connection: Connection, after: int) -> list[dict[str, Any]]:
    """Some seals after number `after`, each with its entries; none where nothing follows."""
    return [_written(sealed, entries) async for sealed, entries in seals_after(connection, after)]


def imported(seals: Iterable[Mapping[str, Any]]) -> Iterable[tuple[Sealed, list[Entry]]]:
    """What was exported, to be verified; raises KeyError, TypeError or ValueError for what was not."""
    for told in seals:
        signed = SignedHead(told["statement"], bytes.fromhex(told["key"]), bytes.fromhex(told["signature"]))
        sealed = Sealed(
            number=told["number"],
            signed=signed,
            head=bytes.fromhex(told["head"]),
            places=[_place(place) for place in told["places"]],
            leaves=[bytes.fromhex(leaf) for leaf in told["leaves"]],
            last=told["last"],
            row=_place(told["row"]),
            event=_place(told["event"]),
            back=None if told["back"] is None else bytes.fromhex(told["back"]),
        )
        yield sealed, [Entry(_place(one["place"]), one["text"].encode()) for one in told["entries"]]


def _written(sealed: Sealed, entries: list[Entry]) -> dict[str, Any]:
    return {
        "number": sealed.number,
        "statement": sealed.signed.text,
        "key": sealed.signed.key.hex(),
        "signature": sealed.signed.signature.hex(),
        "head": sealed.head.hex(),
        "back": None if sealed.back is None else sealed.back.hex(),
        "last": sealed.last,
        "row": _plain(sealed.row),
        "event": _plain(sealed.event),
        "places": [_plain(place) for place in sealed.places],
        "leaves": [leaf.hex() for leaf in sealed.leaves],
        "entries": [{"place": _plain(entry.place), "text": entry.text.decode()} for entry in entries],
    }


def _plain(place: Place) -> list[Any]:
    return [place[0], str(place[1]), place[2]]


def _place(told: Any) -> Place:
    return int(told[0]), UUID(told[1]), int(told[2])
