"""Is this a telephone number, and how much of it may be shown? Mobile (手机号码) and office (办公电话) numbers."""

from __future__ import annotations

import re
from typing import Final

from pydantic_core import PydanticCustomError

_MOBILE: Final = re.compile(r"(?:\+?86)?(1[3-9][0-9]{9})")
_OFFICE: Final = re.compile(r"(?:(?:\(0[0-9]{2,3}\)|0[0-9]{2,3})-?)?[2-9][0-9]{6,7}(?:-[0-9]{1,6})?")
_EXTENSION: Final = re.compile(r"[0-9]{7,}-[0-9]{1,6}$")
_BETWEEN_NUMBERS: Final = re.compile(r"[\s,，、;；/]+")


def check_mobile(text: str) -> str:
    """The eleven digits without country code; raises PydanticCustomError `mobile_form`."""
    found = _MOBILE.fullmatch(text)
    if found is None:
        raise PydanticCustomError("mobile_form", "手机号码应为 11 位数字，以 13 至 19 开头：请核对后重试。")
    return found[1]


def check_office_phone(text: str) -> str:
    """The number as it came; raises PydanticCustomError `office_phone_form`."""
    if not _OFFICE.fullmatch(text):
        raise PydanticCustomError(
            "office_phone_form", "办公电话应形如 0533-5181234 或 0533-5181234-801：请核对后重试。"
        )
    return text


def split_numbers(cell: str) -> tuple[str, ...]:
    """The numbers in one cell of annexes 1 to 3, which may hold several."""
    return tuple(number for number in _BETWEEN_NUMBERS.split(cell) if number)


def mask_mobile(number: str) -> str:
    """`138****5678`: what may be shown without a stated purpose (PIPL art. 51)."""
    return f"{number[:3]}****{number[-4:]}"


def mask_office_phone(number: str) -> str:
    """`0533-518****`: its last four digits and the extension are hidden."""
    before, dash, extension = number.rpartition("-") if _EXTENSION.search(number) else (number, "", "")
    return f"{before[:-4]}****{dash}{'*' * len(extension)}"
