"""Is this a resident identity number (公民身份号码, GB 11643)?

Form, date and checksum only: division codes are reused and withdrawn, so a check against them would turn living people
away. The number is personal data: no message repeats it, and people see it masked.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from pydantic_core import PydanticCustomError

LENGTH: Final = 18
FIRST_BIRTH_YEAR: Final = 1900

_FORM: Final = re.compile(r"[0-9]{17}[0-9X]")
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "10X98765432"


def check_resident_id(text: str) -> str:
    """The number in upper case.

    Raises PydanticCustomError `resident_id_length`, `resident_id_form`, `resident_id_date` or
    `resident_id_check_digit`. Births before 1900 pass: nobody living has such a number, so demonstrations may use it.
    """
    if len(text) != LENGTH:
        raise PydanticCustomError("resident_id_length", "公民身份号码应为 18 位：请对照证件补全后重试。")
    number = text.upper() if text.isascii() else text
    if not _FORM.fullmatch(number):
        raise PydanticCustomError("resident_id_form", "公民身份号码前 17 位为数字，末位为数字或 X：请对照证件核对。")
    _birth_date(number)
    if number[-1] != check_character(number[:-1]):
        raise PydanticCustomError(
            "resident_id_check_digit", "公民身份号码末位校验码不符，至少有一位录错：请对照证件核对。"
        )
    return number


def check_living(text: str, today: date) -> str:
    """The number of somebody who can stand at the counter on the legal day `today`.

    Raises what `check_resident_id` raises, and `resident_id_birth` for a birth before 1900 or after `today`.
    """
    number = check_resident_id(text)
    if not date(FIRST_BIRTH_YEAR, 1, 1) <= _birth_date(number) <= today:
        raise PydanticCustomError(
            "resident_id_birth", "公民身份号码中的出生日期早于 1900 年或晚于今日：请对照证件核对。"
        )
    return number


def check_character(body: str) -> str:
    """The 18th character that GB 11643 gives to 17 digits."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11]


def mask_resident_id(number: str) -> str:
    """`370302********0008`: what may be shown without a stated purpose (PIPL art. 51)."""
    return f"{number[:6]}********{number[-4:]}"


def _birth_date(number: str) -> date:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise PydanticCustomError(
            "resident_id_date", "公民身份号码第 7 至 14 位不是真实日期：请对照证件核对。"
        ) from None
