"""When is an item on the power list? With one standard, at least one supervisor, and a promise within the law.

A standard never changes: publishing again makes the next one, and a case keeps the one it was submitted under.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from shenguan_chassis.refusals import Refusal
from shenguan_contracts.approval import ItemPublished
from shenguan_contracts.types import ClaimRule, DepartmentKind, ItemKind


class PromiseBeyondStatute(Refusal, status=422, rule="R14, ALL 42", field="standard.promised_days"):
    """承诺时限长于法定时限：承诺时限只能等于或短于法定时限，请核对后重新公布。"""


class SupervisorMissing(Refusal, status=422, rule="R5", field="departments"):
    """事项没有监管部门：每个事项至少应有一个负责事中事后监管的职能部门，请补填后公布。"""


class SupervisorUnknown(Refusal, status=422, rule="R5", field="departments"):
    """监管部门尚未登记，或该单位不是职能部门：请先在部门名录中登记，再公布事项。"""


class ItemAlreadyPublished(Refusal, rule="R6, R14", field="item_code"):
    """该事项编码已经公布：一事项一标准，如需修改，请公布该事项的下一版标准。"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """A unit of the directory, as supervision-svc registered it."""

    department: str
    name: str
    kind: DepartmentKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """一事项一标准: what an applicant must be told (R14). Limits are working days from acceptance."""

    conditions: tuple[str, ...]
    materials: tuple[str, ...]
    flow: tuple[str, ...]
    promised_days: int
    statutory_days: int
    venue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """清单条目: what the bureau wants the list to say of an item."""

    item_code: str
    name: str
    kind: ItemKind
    legal_basis: str
    departments: tuple[str, ...]
    claim_rule: ClaimRule
    standard: Standard


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """事项 on the power list, with every standard it ever had, the oldest first; they are numbered from 1."""

    id: UUID
    version: int = 0
    item_code: str
    name: str
    kind: ItemKind
    legal_basis: str
    departments: tuple[str, ...]
    claim_rule: ClaimRule
    standards: tuple[Standard, ...]
    published_at: datetime

    @classmethod
    def first(cls, event: ItemPublished, standard: Standard) -> Item:
        """The item as it first appears on the list."""
        return cls(
            id=event.item_id,
            item_code=event.item_code,
            name=event.name,
            kind=event.kind,
            legal_basis=event.legal_basis,
            departments=event.departments,
            claim_rule=event.claim_rule,
            standards=(standard,),
            published_at=event.published_at,
        )

    def apply(self, event: ItemPublished, standard: Standard) -> Item:
        """The item with its next standard; the earlier ones stay for the cases that hold them."""
        latest = Item.first(event, standard)
        return replace(latest, version=self.version, standards=(*self.standards, standard))

    @property
    def standard(self) -> Standard:
        """The one in force."""
        return self.standards[-1]

    @property
    def standard_no(self) -> int:
        """The number of the one in force."""
        return len(self.standards)


def refuse_listed(item: Item | None) -> None:
    """Raise ItemAlreadyPublished if the item is on the list (R14: one standard each)."""
    if item is not None:
        raise ItemAlreadyPublished(item=item.id, standard_no=item.standard_no)


def publish(item_id: UUID, entry: Entry, directory: Mapping[str, Office], *, at: datetime) -> ItemPublished:
    """公布事项 for the first time, as standard 1 (R5, R6, R14).

    `directory` holds the offices that are registered among those the entry names.
    Raises SupervisorMissing, SupervisorUnknown, PromiseBeyondStatute.
    """
    return _publish(item_id, entry, directory, standard_no=1, at=at)


def republish(item: Item, entry: Entry, directory: Mapping[str, Office], *, at: datetime) -> ItemPublished:
    """公布下一版标准: cases submitted before keep theirs. Raises as `publish` does."""
    return _publish(item.id, entry, directory, standard_no=item.standard_no + 1, at=at)


def _publish(
    item_id: UUID, entry: Entry, directory: Mapping[str, Office], *, standard_no: int, at: datetime
) -> ItemPublished:
    departments = _supervisors(entry.departments, directory)
    _within_statute(entry.standard)
    return ItemPublished(
        item_id=item_id,
        item_code=entry.item_code,
        name=entry.name,
        kind=entry.kind,
        departments=departments,
        standard_no=standard_no,
        promised_days=entry.standard.promised_days,
        statutory_days=entry.standard.statutory_days,
        legal_basis=entry.legal_basis,
        claim_rule=entry.claim_rule,
        published_at=at,
    )


def _supervisors(departments: tuple[str, ...], directory: Mapping[str, Office]) -> tuple[str, ...]:
    named = tuple(dict.fromkeys(departments))
    if not named:
        raise SupervisorMissing()
    unknown = [one for one in named if one not in directory or directory[one].kind is not DepartmentKind.DEPARTMENT]
    if unknown:
        raise SupervisorUnknown(departments=unknown)
    return named


def _within_statute(standard: Standard) -> None:
    if standard.promised_days > standard.statutory_days:
        raise PromiseBeyondStatute(promised_days=standard.promised_days, statutory_days=standard.statutory_days)
