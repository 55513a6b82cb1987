"""What does the reader of a list get? A page, the way to the next one, and how many there are if they asked."""

from __future__ import annotations

from typing import Generic, Literal, TypeVar

from pydantic import BaseModel, Field

A = TypeVar("A")


class Counted(BaseModel):
    """How many entries the whole list has, as far as the caller may see it."""

    value: int = Field(description="条数。")
    kind: Literal["exact", "estimate", "at_least"] = Field(
        description="exact 为准确数，estimate 为估计数，at_least 表示不少于此数（已达计数上限）。"
    )


class Page(BaseModel, Generic[A]):
    """One page; `next` is passed as `after` for the following one, null on the last."""

    items: list[A] = Field(description="本页内容。")
    next: str | None = Field(default=None, description="下一页的 after；最后一页为 null。")
    count: Counted | None = Field(
        default=None, exclude_if=lambda count: count is None, description="总条数；仅在请求 count 时给出。"
    )
