"""What may a caller ask of a list? Its filters, an order from its list of orders, a text, a page, a count.

Every list has a model of its own, so that the API's description names each filter and each order; what it does not
name is refused.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal

from fastapi import Depends, Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema, create_model, field_validator
from pydantic_core import PydanticCustomError

from ..search import Sought
from .filters import Parameter

MOST_PER_PAGE = 200
USUAL = 50
"""Items on a page where nobody asks for another number."""


class Asked(BaseModel):
    """What is asked of any list; each list adds its filters, its orders and, if it is searched, `q`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after: str | None = Field(default=None, max_length=1000, description="上一页返回的 next；不填则从第一页开始。")
    limit: int = Field(default=USUAL, ge=1, le=MOST_PER_PAGE, description="每页条数。")
    sort: str = ""
    count: Literal["estimate", "exact"] | None = Field(
        default=None, description="是否统计总条数：estimate 为估计数，exact 为准确数（有上限）；不填不统计。"
    )

    @property
    def sought(self) -> str | None:
        """What is searched for, where the list is searched."""
        return getattr(self, "q", None)

    @field_validator("*")
    @classmethod
    def _storable(cls, value: Any) -> Any:
        if isinstance(value, str) and "\x00" in value:
            raise PydanticCustomError("nul_character", "文本含有空字符（NUL）：请删除该字符后重试。")
        return value


def asked_of(name: str, parameters: Iterable[Parameter], sorts: Sequence[str], *, searched: str | None) -> type[Asked]:
    """The model of one list. `sorts` are the columns, the usual one first; `searched` says what `q` looks into."""
    fields: dict[str, Any] = {
        parameter.name: (parameter.kind | None, Field(default=None, description=f"{parameter.says}。"))
        for parameter in parameters
    }
    fields["sort"] = (_order(sorts), Field(default=sorts[0], description="排序：列名为升序，前加 - 为降序。"))
    if searched:
        says = f"按{searched}查找，至少两个字；不区分全角半角、大小写，忽略空格。"
        fields["q"] = (Sought | None, Field(default=None, description=says))
    return create_model(name, __base__=Asked, **fields)


def _order(sorts: Sequence[str]) -> Any:
    allowed = [*sorts, *(f"-{column}" for column in sorts)]

    def among(value: str) -> str:
        if value not in allowed:
            raise PydanticCustomError(
                "unknown_sort", "不能按此排序：请从 {allowed} 中选择。", {"allowed": "、".join(allowed)}
            )
        return value

    return Annotated[str, AfterValidator(among), WithJsonSchema({"type": "string", "enum": allowed})]


def query_of(model: type[Asked]) -> Any:
    """The dependency that reads a list's query parameters, as FastAPI wants them named."""

    async def asked(wanted: Any) -> Any:
        return wanted

    annotation = Annotated[model, Query()]  # type: ignore[valid-type]  # a type made at import
    parameter = inspect.Parameter("wanted", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=annotation)
    asked.__signature__ = inspect.Signature([parameter])  # type: ignore[attr-defined]  # as inspect reads it
    return Depends(asked)
