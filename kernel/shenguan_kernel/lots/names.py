"""How is a name or a day written so that every snapshot hashes it alike?"""

import unicodedata
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, StringConstraints
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
