"""Who may read an office's agenda? Whoever knows its address: calendar programs cannot show a token.

The address is a capability (能力地址): 256 bits nobody can guess, told once, kept only as a digest, and worth nothing
once it is closed. It shows the office's own obligations, and no name of a person.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from shenguan_chassis.refusals import Refusal
from shenguan_contracts.notify import AgendaClosed, AgendaOpened

ADDRESS: Final = r"^[A-Za-z0-9_-]{43}$"
"""How an address looks: 32 bytes in base64url."""
MOST_OPEN: Final = 20
"""Agendas of one office that are not closed."""


class AgendaState(StrEnum):
    """状态."""

    OPEN = "open"
    CLOSED = "closed"


class AgendaOver(Refusal, rule="时限日历"):
    """该时限日历地址已关闭：需要时请重新开通。"""


class TooManyAgendas(Refusal, rule="时限日历"):
    """本单位开通的时限日历地址已达上限：请先关闭不再使用的地址。"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """时限日历: one address of one office; `digest` is the SHA-256 of it."""

    id: UUID
    version: int = 0
    department: str
    digest: bytes
    state: AgendaState
    opened_at: datetime
    closed_at: datetime | None = None


def address_of(key: bytes, agenda_id: UUID) -> str:
    """The address of a new agenda: nobody without the service's `key` can guess it from the id."""
    made = hmac.digest(key, b"agenda " + agenda_id.bytes, "sha256")
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def digest_of(address: str) -> bytes:
    """What is kept of an address."""
    return hashlib.sha256(address.encode()).digest()


def open_agenda(
    agenda_id: UUID, department: str, address: str, *, open_ones: int, at: datetime
) -> tuple[Agenda, AgendaOpened]:
    """开通时限日历. Raises TooManyAgendas."""
    if open_ones >= MOST_OPEN:
        raise TooManyAgendas(most=MOST_OPEN)
    said = AgendaOpened(agenda_id=agenda_id, department=department, opened_at=at)
    digest = digest_of(address)
    return Agenda(id=agenda_id, department=department, digest=digest, state=AgendaState.OPEN, opened_at=at), said


def close_agenda(agenda: Agenda, at: datetime) -> tuple[Agenda, AgendaClosed]:
    """关闭时限日历: for good. Raises AgendaOver."""
    if agenda.state is AgendaState.CLOSED:
        raise AgendaOver
    said = AgendaClosed(agenda_id=agenda.id, department=agenda.department, closed_at=at)
    return replace(agenda, state=AgendaState.CLOSED, closed_at=at), said
