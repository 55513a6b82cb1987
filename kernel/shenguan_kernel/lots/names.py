"""How is a name, a day or a purpose written so that every snapshot hashes it alike?"""

import unicodedata
from datetime import date
from typing import Annotated, Final

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError


def is_settled_name(text: str) -> bool:
    """Whether a name (department, field, reason code) is NFC, printable, of 1–64 characters, not padded."""
    return (
        0 < len(text) <= 64 and text == text.strip() and unicodedata.is_normalized("NFC", text) and text.isprintable()
    )


def is_a_day(text: str) -> bool:
    """Whether a text is a day of the calendar, `2026-03-02`; days written so compare as they follow each other."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _settled(name: str) -> str:
    settled = unicodedata.normalize("NFC", name)
    if not is_settled_name(settled):
        raise PydanticCustomError("term_form", "名称应为 1 至 64 字，不含控制字符：请改正。")
    return settled


Term = Annotated[str, StringConstraints(min_length=1, max_length=64), AfterValidator(_settled)]
"""名称 at a door: in Unicode form NFC, of 1–64 characters, without control characters."""

UUID_PATTERN: Final = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
"""An id as purposes and addresses spell it: lower case, with hyphens."""

Purpose = Annotated[
    str,
    StringConstraints(pattern=rf"^[a-z][a-z-]{{0,26}}/{UUID_PATTERN}$"),
    Field(examples=["survey/0198c0de-0000-7000-8000-000000000001"]),
]
"""The subject that needs the panel. Spelled in one way only, or a second spelling would hide an earlier attempt."""
