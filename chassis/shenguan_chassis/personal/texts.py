"""Does a text hold somebody's number? Mobile phones and resident identity numbers, as people write them.

Texts that may be kept, said on the bus or shown in a log must not hold one: at the edge such a text is refused, with
the remedy to use the field meant for it; in a log line it is masked, as the second net.

A mobile phone is eleven digits, 13 to 19 in front, with or without +86, spaces, dots or dashes. A resident number is
eighteen characters whose date is one and whose check character is right: file numbers made of division, date and serial
pass. Neither may stand within a longer run of letters and digits, such as a UUID, a hash or a longer code.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

_GAP: Final = "[-. \u2010-\u2015]?"
_MOBILE: Final = rf"(?:\+?86{_GAP})?1[3-9][0-9](?:{_GAP}[0-9]{{4}}){{2}}"
_DAY: Final = "(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
_RESIDENT: Final = rf"[1-9][0-9]{{5}}{_GAP}{_DAY}{_GAP}[0-9]{{3}}[0-9Xx]"
_NUMBER: Final = re.compile(
    rf"(?<![0-9A-Za-z])(?<![0-9]\.)(?:(?P<resident>{_RESIDENT})|(?P<mobile>{_MOBILE}))(?![0-9A-Za-z])"
)
_DIGIT_LIKE: Final = re.compile(
    r"[\d\u00b2\u00b3\u00b9\u2070-\u2089\u2460-\u24ff\u2776-\u2793\u3200-\u33ff\U0001f100-\U0001f1ff]"
)
"""What becomes a digit or two when a text is normalised; a text with few of them need not be."""
_SIGNS: Final = re.compile("[^0-9Xx]")
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "10X98765432"
_FEWEST: Final = 11
"""No shorter text can hold a number."""
_FEWEST_DIGIT_LIKE: Final = 6


class Formal:
    """Marks a text type whose own form and check may let it look like a person's number, such as a credit code."""

    def __repr__(self) -> str:
        return "FORMAL"


FORMAL: Final = Formal()


def names_a_person(text: str) -> bool:
    """True if the text holds a mobile phone or resident number; digits of full width count too."""
    if len(text) < _FEWEST or len(_DIGIT_LIKE.findall(text)) < _FEWEST_DIGIT_LIKE:
        return False
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return any(found["mobile"] or _is_resident(found["resident"]) for found in _NUMBER.finditer(plain))


def masked(text: str) -> str:
    """The text with every such number masked; one whose check character is wrong, too."""
    return _NUMBER.sub(_mask, text) if len(text) >= _FEWEST else text


def masked_all(value: Any) -> Any:
    """Texts and whole numbers masked, however deep they lie in what a log line is made of."""
    match value:
        case str():
            return masked(value)
        case bool():
            return value
        case int():
            shown = masked(str(value))
            return value if shown == str(value) else shown
        case Mapping():
            return {masked_all(name): masked_all(part) for name, part in value.items()}
        case list() | tuple() | set() | frozenset():
            return [masked_all(part) for part in value]
        case _:
            return value


def _mask(found: re.Match[str]) -> str:
    digits = _SIGNS.sub("", found[0])
    return f"{digits[:6]}********{digits[-4:]}" if found["resident"] else f"{digits[-11:-8]}****{digits[-4:]}"


def _is_resident(number: str) -> bool:
    digits = _SIGNS.sub("", number).upper()
    total = sum(int(digit) * weight for digit, weight in zip(digits[:17], _WEIGHTS, strict=True))
    return _CHECKS[total % 11] == digits[17]
