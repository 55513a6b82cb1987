"""Which part of a list does a caller want? The two query parameters of every paged door."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from ..listing import MOST_PER_PAGE

After = Annotated[str | None, Query(max_length=1000, description="上一页返回的 next；不填则从第一页开始。")]
"""Where the page begins: the `next` of the page before it."""

Limit = Annotated[int, Query(ge=1, le=MOST_PER_PAGE, description="每页条数。")]
"""How many items at most."""

USUAL = 50
"""Items on a page where nobody asks for another number."""
