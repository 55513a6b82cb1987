"""How is a name or a day written so that every snapshot hashes it alike?"""

import unicodedata
from datetime import date


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
