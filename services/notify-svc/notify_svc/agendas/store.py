"""Where do agendas lie? Their addresses only as digests."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, DateTime, Index, LargeBinary, MetaData, Select, Text, func, select

from shenguan_chassis.store import aggregate

from .rules import Agenda, AgendaState

metadata = MetaData()

agendas = aggregate(
    metadata,
    Agenda,
    noun="agenda",
    owner="department",
    columns=[
        Column("department", Text, nullable=False),
        Column("digest", LargeBinary, nullable=False, unique=True),
        Column("state", Text, nullable=False),
        Column("opened_at", DateTime(timezone=True), nullable=False),
        Column("closed_at", DateTime(timezone=True)),
    ],
)
Index("agendas_by_department", agendas.c.department, agendas.c.id)
Index("agendas_by_state", agendas.c.state, agendas.c.id)


def how_many_open(department: str) -> Select[Any]:
    """The number of an office's open agendas."""
    counted = select(func.count().label("open"))
    return counted.where(agendas.c.department == department, agendas.c.state == AgendaState.OPEN)


def at_address(digest: bytes) -> Select[Any]:
    """The office whose open agenda has an address."""
    found = (agendas.c.digest == digest, agendas.c.state == AgendaState.OPEN)
    return select(agendas.c.department).where(*found)
