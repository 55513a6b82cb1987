"""What may come in and what goes out? Bodies refuse fields they do not know; answers show an aggregate's fields."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, field_validator
from pydantic_core import PydanticCustomError


class Body(BaseModel):
    """A request body: an unknown field is an error, not a wish; so is a text that PostgreSQL cannot hold."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    @field_validator("*")
    @classmethod
    def _storable(cls, value: Any) -> Any:
        for text in value if isinstance(value, tuple | list) else (value,):
            if isinstance(text, str) and "\x00" in text:
                raise PydanticCustomError("nul_character", "文本含有空字符（NUL）：请删除该字符后重新提交。")
        return value


class Shown(BaseModel):
    """An answer made from an aggregate: `CaseView.model_validate(case)`."""

    model_config = ConfigDict(from_attributes=True, frozen=True)
