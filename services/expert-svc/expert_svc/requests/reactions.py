"""What happens to a request for a panel? It is kept; a worker that holds the server's key draws."""

from __future__ import annotations

from shenguan_chassis.deciding import on
from shenguan_chassis.tx import Tx
from shenguan_contracts.draws import PanelRequested

from .rules import PanelDemand


@on(PanelRequested)
async def keep_request(tx: Tx, asked: PanelRequested) -> None:
    """请求抽取: kept in the transaction that heard it, so that it is drawn whatever stops in between (R28, R30)."""
    if await tx.find(PanelDemand, asked.panel_request_id) is None:
        tx.keep(PanelDemand.heard(asked))
