"""Which personal data does the linkage know? Each kind with its form and its mask (PIPL art. 51; annexes 1 to 3).

A field of such a type is sealed at rest, masked in every answer and absent from the bus: `shenguan_chassis.personal`. A
kind's name stands in what is sealed: it never changes.
"""

from __future__ import annotations

import re
from typing import Final

from pydantic_core import PydanticCustomError

from shenguan_chassis.personal.value import Personal

from .identifiers.phones import check_mobile, check_office_phone, mask_mobile, mask_office_phone
from .identifiers.resident_id import check_resident_id, mask_resident_id

_BETWEEN: Final = re.compile(r"(?<=[0-9+)])[ -](?=[0-9(])")
_LETTERS_SHOWN: Final = 1
_LONGEST_NAME: Final = 50


class Mobile(Personal, kind="mobile"):
    """手机号码, eleven digits: `138****5678`. Country code, spaces and dashes are not kept."""

    example = "13000000000"

    @staticmethod
    def check(text: str) -> str:
        """Raises PydanticCustomError `mobile_form`."""
        return check_mobile(_BETWEEN.sub("", text))

    mask = staticmethod(mask_mobile)


class OfficePhone(Personal, kind="office_phone"):
    """办公电话 with its extension, if any: `0533-518****`."""

    example = "0533-2000000"
    check = staticmethod(check_office_phone)
    mask = staticmethod(mask_office_phone)


class ResidentId(Personal, kind="resident_id"):
    """公民身份号码 (GB 11643), 18 characters, X in upper case: `370302********0008`."""

    example = "370302188808080008"
    check = staticmethod(check_resident_id)
    mask = staticmethod(mask_resident_id)


class PersonName(Personal, kind="person_name"):
    """姓名 where the person is known by a number only, as an expert is: `示**`."""

    example = "示例"

    @staticmethod
    def check(text: str) -> str:
        """Raises PydanticCustomError `person_name_form`."""
        if len(text) > _LONGEST_NAME or not text.isprintable() or any(letter.isdigit() for letter in text):
            raise PydanticCustomError("person_name_form", "姓名应为 1 至 50 字，不含数字和控制字符：请核对后重试。")
        return text

    @staticmethod
    def mask(clear: str) -> str:
        """The first letter, and a star for each of the others."""
        return clear[:_LETTERS_SHOWN] + "*" * max(len(clear) - _LETTERS_SHOWN, 1)
