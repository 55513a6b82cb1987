"""What does a case learn of its experts? Who was drawn, who took a seat anew, and how it ended."""

from __future__ import annotations

from dataclasses import replace

from shenguan_chassis.deciding import on
from shenguan_chassis.tx import Tx
from shenguan_contracts.draws import ExpertReplaced, PanelRefused, PanelReleased
from shenguan_contracts.expert import DrawCompleted, DrawVoided

from .rules import CasePanel, PanelState, UnmetRequest


@on(DrawCompleted)
async def keep_panel(tx: Tx, said: DrawCompleted) -> None:
    """抽取完成: the panel is shown on its case, whoever asked for the draw; other purposes are nobody's here."""
    panel = CasePanel.drawn(said)
    if panel is not None:
        tx.keep(panel)


@on(ExpertReplaced, reads=lambda said: [(CasePanel, said.draw_id)])
async def reseat_panel(tx: Tx, said: ExpertReplaced) -> None:
    """补抽: the panel as it stands now (R30)."""
    panel = await tx.find(CasePanel, said.draw_id)
    if panel is not None:
        tx.keep(panel.reseat(said))


@on(PanelReleased, reads=lambda said: [(CasePanel, said.draw_id)])
async def release_panel(tx: Tx, said: PanelReleased) -> None:
    """解任: the work is done; the case may need another (R30)."""
    panel = await tx.find(CasePanel, said.draw_id)
    if panel is not None:
        tx.keep(replace(panel, state=PanelState.RELEASED))


@on(DrawVoided, reads=lambda said: [(CasePanel, said.draw_id)])
async def void_panel(tx: Tx, said: DrawVoided) -> None:
    """作废: the panel stays in sight with the reason; one that was never drawn leaves nothing (R30)."""
    panel = await tx.find(CasePanel, said.draw_id)
    if panel is not None:
        tx.keep(replace(panel, state=PanelState.VOIDED, void_reason=said.reason))


@on(PanelRefused)
async def keep_refusal(tx: Tx, said: PanelRefused) -> None:
    """无法抽取: why, and what would help, beside the request (R30)."""
    tx.keep(UnmetRequest.heard(said))
