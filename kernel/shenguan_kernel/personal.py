"""Which personal data does the linkage know? Each kind with its form and its mask (PIPL art. 51; annexes 1 to 3).

A field of such a type is sealed at rest, masked in every answer and absent from the bus: `shenguan_chassis.personal`. A
kind's name stands in what is sealed: it never changes.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from pydantic_core import PydanticCustomError

from shenguan_chassis.personal.value import Personal

from .identifiers.phones import check_mobile, check_office_phone, mask_mobile, mask_office_phone, split_numbers
from .identifiers.resident_id import check_resident_id, mask_resident_id

_BETWEEN: Final = re.compile(r"(?<=[0-9+)])[ -](?=[0-9(])")
_LETTERS_SHOWN: Final = 1
_AGES: Final = range(18, 101)
_HIDDEN: Final = "***"
_A_MOBILE: Final = re.compile(r"(?:\+?86)?1[3-9][0-9]{9}")
BETWEEN_NUMBERS: Final = "、"
"""What parts several numbers of one person."""
_BETWEEN_CHINESE: Final = re.compile(r"(?<=[\u3400-\u9fff])[ \u3000]+(?=[\u3400-\u9fff])")
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
        """In form NFC, without the spaces that align a Chinese name; raises PydanticCustomError `person_name_form`."""
        name = _BETWEEN_CHINESE.sub("", unicodedata.normalize("NFC", text)).strip()
        if not 0 < len(name) <= _LONGEST_NAME or not name.isprintable() or any(letter.isdigit() for letter in name):
            raise PydanticCustomError("person_name_form", "姓名应为 1 至 50 字，不含数字和控制字符：请核对后重试。")
        return name

    @staticmethod
    def mask(clear: str) -> str:
        """The first letter, and a star for each of the others."""
        return clear[:_LETTERS_SHOWN] + "*" * max(len(clear) - _LETTERS_SHOWN, 1)


class PhoneList(Personal, kind="phone_list"):
    """其他号码: mobile and office numbers beside the first of each, as a cell of the annexes may hold several."""

    example = "13000000001、0533-2000001"

    @staticmethod
    def check(text: str) -> str:
        """The numbers, parted by 、; raises PydanticCustomError `mobile_form` or `office_phone_form`."""
        numbers = [
            check_mobile(number) if is_mobile(number) else check_office_phone(number) for number in split_numbers(text)
        ]
        return BETWEEN_NUMBERS.join(numbers)

    @staticmethod
    def mask(clear: str) -> str:
        """Each number as its kind is masked."""
        numbers = clear.split(BETWEEN_NUMBERS)
        masked = (mask_mobile(one) if is_mobile(one) else mask_office_phone(one) for one in numbers)
        return BETWEEN_NUMBERS.join(masked)


class Age(Personal, kind="age"):
    """年龄 in whole years, as an annex states it: hidden whole."""

    example = "45"

    @staticmethod
    def check(text: str) -> str:
        """Raises PydanticCustomError `age_form`."""
        if not (text.isascii() and text.isdecimal()) or int(text) not in _AGES:
            raise PydanticCustomError("age_form", "年龄应为 18 至 100 的整数：请核对后重试。")
        return str(int(text))

    @staticmethod
    def mask(_: str) -> str:
        """Nothing of it."""
        return _HIDDEN


class PersonalNote(Personal, kind="personal_note"):
    """关于个人的文字: education, a remark; it may itself hold names and numbers, so it is hidden whole."""

    example = "示例"

    @staticmethod
    def check(text: str) -> str:
        """Raises PydanticCustomError `personal_note_form`."""
        settled = unicodedata.normalize("NFC", text)
        if not all(letter.isprintable() or letter == "\n" for letter in settled):
            raise PydanticCustomError("personal_note_form", "内容应为 1 至 200 字，不含控制字符：请改正。")
        return settled

    @staticmethod
    def mask(_: str) -> str:
        """Nothing of it."""
        return _HIDDEN


def is_mobile(number: str) -> bool:
    """Whether one of several numbers is a mobile phone's, not an office's."""
    return _A_MOBILE.fullmatch(number) is not None
