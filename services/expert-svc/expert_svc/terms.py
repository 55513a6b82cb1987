"""How is a field of work, a qualification or a reason written so that every snapshot hashes it alike?"""

from __future__ import annotations

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from shenguan_kernel.lots.names import is_settled_name


def _settled(name: str) -> str:
    settled = unicodedata.normalize("NFC", name)
    if not is_settled_name(settled):
        raise PydanticCustomError("term_form", "名称应为 1 至 64 字，不含控制字符：请改正。")
    return settled


Term = Annotated[str, StringConstraints(min_length=1, max_length=64), AfterValidator(_settled)]
"""名称: in Unicode form NFC, of 1–64 characters, without control characters."""

_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
Purpose = Annotated[
    str,
    StringConstraints(pattern=rf"^[a-z][a-z-]{{0,26}}/{_UUID}$"),
    Field(examples=["survey/0198c0de-0000-7000-8000-000000000001"]),
]
"""The subject that needs the panel. Spelled in one way only, or a second spelling would hide an earlier attempt."""
