"""What comes into a feed? Every event whose audience names the department, this service's own included."""

from __future__ import annotations

from shenguan_chassis.deciding import on
from shenguan_chassis.ids import stream_key
from shenguan_chassis.tx import Tx
from shenguan_contracts.catalogue import CATALOGUE
from shenguan_contracts.event import Event
from shenguan_contracts.supervision import DepartmentRegistered

from . import rules
from .rules import Feed, FeedEntry


@on(*CATALOGUE)
async def keep_for_feeds(tx: Tx, _: Event) -> None:
    """推送部门系统: who may see an event is said by its emitter, in the envelope (R15, R19)."""
    if tx.heard is None:
        return
    stream = stream_key(tx.heard.service, tx.heard.subject)
    for department in tx.heard.audience:
        tx.keep(
            FeedEntry(
                department=department,
                stream=stream,
                sequence=tx.heard.sequence,
                said_at=tx.heard.time,
                body=rules.body_of(tx.heard),
            )
        )


@on(DepartmentRegistered, reads=lambda registered: [(Feed, registered.department)])
async def open_feed(tx: Tx, registered: DepartmentRegistered) -> None:
    """登记部门即开通推送: what was meant for it before it was registered is sent too."""
    if await tx.find(Feed, registered.department) is None:
        tx.keep(Feed(department=registered.department, sent=0))
