"""What may happen to a superior's document? It is received once, passed on to each recipient, confirmed by each.

Each recipient's forwarding runs by itself; what counts in law is when it was passed on, not when it was confirmed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final, TypeAlias
from uuid import UUID

from shenguan_chassis.refusals import Refusal
from shenguan_contracts.documents import PolicyDocAcknowledged, PolicyDocForwarded, PolicyDocReceived

from ..machines import Machine, Transition, step
from ..receipt import received
from ..working_days.legal_day import legal_day


class OfficeNeeded(Refusal, status=403, rule="R17, R18"):
    """登录身份未载明所在单位，无法确定收文单位：请以单位工作人员身份登录后办理。"""


class IssuedAfterReceipt(Refusal, status=422, rule="R17, R18", field="issued_on"):
    """发文日期晚于收文日期：请对照原文核对发文日期与收文时间。"""


class RecipientIsHolder(Refusal, status=422, rule="R17, R18", field="recipients"):
    """收文单位不能抄告自己：请从应抄告单位中删去本单位。"""


class NotTheHolder(Refusal, status=403, rule="R17, R18"):
    """该文件由收文单位负责抄告：请由收文单位办理。"""


class NotARecipient(Refusal, status=422, rule="R17, R18", field="recipient"):
    """该单位不在应抄告单位之列：请核对文件登记的应抄告单位。"""


class AlreadyForwarded(Refusal, rule="R17, R18", field="recipient"):
    """已抄告过该单位，以首次抄告时间为准：无需重复办理。"""


class NotForwardedYet(Refusal, rule="R17, R18"):
    """文件尚未抄告贵单位：请待收文单位抄告后再签收。"""


class AlreadyAcknowledged(Refusal, rule="R17, R18"):
    """贵单位已签收该文件：无需重复办理。"""


class ForwardingState(StrEnum):
    """How far a document is with one recipient."""

    OPEN = "open"
    """待抄告"""
    FORWARDED = "forwarded"
    """已抄告"""
    ACKNOWLEDGED = "acknowledged"
    """已签收"""


TRANSITIONS: Final[Machine[ForwardingState]] = {
    PolicyDocReceived: Transition(to=ForwardingState.OPEN),
    PolicyDocForwarded: Transition((ForwardingState.OPEN,), ForwardingState.FORWARDED),
    PolicyDocAcknowledged: Transition((ForwardingState.FORWARDED,), ForwardingState.ACKNOWLEDGED),
}

Change: TypeAlias = PolicyDocForwarded | PolicyDocAcknowledged


@dataclass(frozen=True, slots=True, kw_only=True)
class Forwarding:
    """抄告: one recipient's share of a document."""

    recipient: str
    state: ForwardingState
    forwarded_at: datetime | None = None
    acknowledged_at: datetime | None = None

    def apply(self, event: Change) -> Forwarding:
        """The share after `event`."""
        state = step(TRANSITIONS, self.state, event)
        match event:
            case PolicyDocForwarded():
                return replace(self, state=state, forwarded_at=event.forwarded_at)
            case PolicyDocAcknowledged():
                return replace(self, state=state, acknowledged_at=event.acknowledged_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """收文登记: what an office enters about a document that reached it; `received_at` None means now."""

    department: str
    title: str
    superior: str
    recipients: tuple[str, ...]
    document_no: str | None = None
    issued_on: date | None = None
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyDocument:
    """上级文件 with what was done about it."""

    id: UUID
    version: int = 0
    department: str
    title: str
    document_no: str | None
    superior: str
    issued_on: date | None
    recipients: tuple[str, ...]
    shared_with: tuple[str, ...] = ()
    """To whom it was passed on: they may see it, as its holder may."""
    received_at: datetime
    registered_at: datetime
    forwardings: tuple[Forwarding, ...]

    @classmethod
    def first(cls, event: PolicyDocReceived) -> PolicyDocument:
        """The document as it came in: open with every recipient."""
        state = step(TRANSITIONS, None, event)
        return cls(
            id=event.policy_document_id,
            department=event.department,
            title=event.title,
            document_no=event.document_no,
            superior=event.superior,
            issued_on=event.issued_on,
            recipients=event.recipients,
            received_at=event.received_at,
            registered_at=event.registered_at,
            forwardings=tuple(Forwarding(recipient=one, state=state) for one in event.recipients),
        )

    def forwarding_to(self, recipient: str) -> Forwarding | None:
        """One recipient's share; None where it is no recipient."""
        return next((one for one in self.forwardings if one.recipient == recipient), None)

    def apply(self, event: Change) -> PolicyDocument:
        """The document after `event`."""
        changed = (one.apply(event) if one.recipient == event.recipient else one for one in self.forwardings)
        shared = tuple(dict.fromkeys((*self.shared_with, event.recipient)))
        return replace(self, forwardings=tuple(changed), shared_with=shared)


def receive(document_id: UUID, incoming: Incoming, *, at: datetime) -> PolicyDocReceived:
    """收文: the working day to pass it on counts from the receipt (R17, R18).

    A recipient named twice counts once. Raises ReceivedInFuture, IssuedAfterReceipt, RecipientIsHolder.
    """
    received_at = received(incoming.received_at, now=at)
    if incoming.issued_on and incoming.issued_on > legal_day(received_at):
        raise IssuedAfterReceipt(issued_on=incoming.issued_on, received_on=legal_day(received_at))
    if incoming.department in incoming.recipients:
        raise RecipientIsHolder(department=incoming.department)
    return PolicyDocReceived(
        policy_document_id=document_id,
        department=incoming.department,
        title=incoming.title,
        document_no=incoming.document_no,
        superior=incoming.superior,
        issued_on=incoming.issued_on,
        recipients=tuple(dict.fromkeys(incoming.recipients)),
        received_at=received_at,
        registered_at=at,
    )


def forward(document: PolicyDocument, *, to: str, by: str, at: datetime) -> PolicyDocForwarded:
    """抄告 by the office that holds it to one recipient: late is possible and on record, twice is not (R17, R18).

    Raises NotTheHolder, NotARecipient, AlreadyForwarded.
    """
    if by != document.department:
        raise NotTheHolder(holder=document.department)
    share = document.forwarding_to(to)
    if share is None:
        raise NotARecipient(recipient=to, recipients=document.recipients)
    if share.state is not ForwardingState.OPEN:
        raise AlreadyForwarded(recipient=to, forwarded_at=share.forwarded_at)
    return PolicyDocForwarded(
        policy_document_id=document.id, department=document.department, recipient=to, forwarded_at=at
    )


def acknowledge(document: PolicyDocument, *, by: str, at: datetime) -> PolicyDocAcknowledged:
    """签收 by a recipient, after the document was passed on to it. Raises NotForwardedYet, AlreadyAcknowledged."""
    share = document.forwarding_to(by)
    if share is None or share.state is ForwardingState.OPEN:
        raise NotForwardedYet(recipient=by)
    if share.state is ForwardingState.ACKNOWLEDGED:
        raise AlreadyAcknowledged(recipient=by, acknowledged_at=share.acknowledged_at)
    return PolicyDocAcknowledged(
        policy_document_id=document.id, department=document.department, recipient=by, acknowledged_at=at
    )
