"""Can a personal datum get onto the bus or out of its type? No event has a field for one, few places read one in clear.

Readers of a topic are many and its log is for good: an event carries a reference, and who needs the number asks the one
service that keeps it, on record (PIPL art. 51).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, get_args
from uuid import UUID

from pydantic import BaseModel

from checks.findings import Finding
from checks.sources import Source
from shenguan_chassis.personal import Personal

REVEALING: Final = {
    "chassis/shenguan_chassis/personal/value.py": "the type itself",
    "chassis/shenguan_chassis/personal/sealing.py": "seals it",
    "chassis/shenguan_chassis/http/unmasking.py": "reads it out, on record",
    "chassis/shenguan_chassis/http/handing_out.py": "hands a list out, on record",
    "chassis/shenguan_chassis/egress/secret.py": "signs with a receiver's secret, and hands it over once",
    "services/notify-svc/notify_svc/contacts/addresses.py": "hands it to who carries one message there",
}
"""Where a personal datum may be taken in clear, and why."""

_NAME: Final = re.compile(
    r"(?:^|_)(?:phones?|mobiles?|tel|telephones?|cell|fax|e?mails?|contacts?|passport|resident|identity|"
    r"id_?(?:card|no|num|number)|card_?no|bank_?account|address|birth(?:day|_date)?)(?:_|$)"
)
_TITLE: Final = re.compile("手机|电话|传真|邮箱|身份证|公民身份|证件号|银行账号|联系方式|住址|出生")


def impersonal(events: Iterable[type[BaseModel]]) -> list[Finding]:
    """Every field of an event, or of what it carries, that is named, titled or typed like a personal datum.

    A reference is none, whatever it is called: a UUID leads nowhere without the service that keeps the rest.
    """
    return sorted(
        Finding(
            f"{event.__module__.replace('.', '/')}.py",
            1,
            "personal-event",
            f"{event.__name__}.{field} may hold a personal datum",
            "Say a reference; the number stays with the service that keeps it.",
        )
        for event in events
        for field in _personal_fields(event)
    )


def revealed_in_few_places(source: Source) -> Iterator[Finding]:
    """`.reveal()` is called where a datum is sealed and where it is read out on record, and nowhere else."""
    if source.is_test or source.path in REVEALING:
        return
    for node in source.nodes:
        if isinstance(node, ast.Attribute) and node.attr == "reveal":
            remedy = "Show it masked, compare it with `same`, or let it be unmasked for a purpose."
            yield source.finding(node, "revealed", "a personal datum is taken in clear here", remedy)


def _personal_fields(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        title = f"{extra.get('x-zh', '')}{field.title or ''}"
        named = field.annotation is not UUID and (_NAME.search(name) or _TITLE.search(title))
        if named or _is_personal(field.annotation):
            yield name
        for inner in _models(field.annotation):
            yield from (f"{name}.{deeper}" for deeper in _personal_fields(inner))


def _is_personal(annotation: Any) -> bool:
    return (isinstance(annotation, type) and issubclass(annotation, Personal)) or any(
        map(_is_personal, get_args(annotation))
    )


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)
