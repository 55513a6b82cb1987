"""What does `make run` start with? A sample district: offices, their liaisons and one item, all visibly invented."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import httpx
from rich.console import Console

from .district import SERVICES, State
from .story.acts import found_the_district, publish_the_item
from .story.narrator import Narrator
from .story.stage import Stage


async def furnish(url: str, state: State) -> None:
    """Fill an empty district through its doors; one that has departments is left as it is."""
    quiet = Narrator(Console(file=io.StringIO()), lambda: datetime.now(UTC))
    async with httpx.AsyncClient(timeout=30) as http:
        stage = Stage(
            {service.name: url for service in SERVICES}, state.issuer(), quiet, http, lambda: datetime.now(UTC)
        )
        known = await stage.read("administrator", "/supervision/v1/departments")
        if not known["items"]:
            await found_the_district(stage)
            await publish_the_item(stage)
