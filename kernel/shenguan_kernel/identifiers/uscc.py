"""Is this a unified social credit code (统一社会信用代码, GB 32100-2015)?

Layout: authority, category, 6-digit division, 9-character organisation code (GB 11714, own check), check character.
"""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from shenguan_chassis.personal.texts import FORMAL

ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH: Final = 18

_VALUE: Final = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(LENGTH - 1))
_ORGANISATION: Final = slice(8, 17)
_ORGANISATION_VALUE: Final = {c: value for value, c in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")}
_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_CHECKS: Final = "0123456789X"


def check_uscc(text: str) -> str:
    """The code in upper case.

    Raises PydanticCustomError `uscc_length`, `uscc_alphabet`, `uscc_organisation_code` or `uscc_check_digit`: the first
    that fails. An O is never read as a 0.
    """
    if len(text) != LENGTH:
        raise PydanticCustomError(
            "uscc_length", "统一社会信用代码应为 18 位，收到 {length} 位：请对照证照补全后重试。", {"length": len(text)}
        )
    code = text.upper() if text.isascii() else text
    if stray := next((place for place, character in enumerate(code, 1) if character not in _VALUE), None):
        raise PydanticCustomError(
            "uscc_alphabet",
            "第 {place} 位只能是数字或字母（不用 I、O、S、V、Z）：请对照证照核对，勿混淆 O 与 0。",
            {"place": stray},
        )
    if code[_ORGANISATION][-1] != organisation_check(code[_ORGANISATION][:-1]):
        raise PydanticCustomError("uscc_organisation_code", "第 9 至 17 位主体标识码校验不符：请对照证照逐位核对。")
    if code[-1] != check_character(code[:-1]):
        raise PydanticCustomError("uscc_check_digit", "末位校验码不符，至少有一位录错：请对照证照逐位核对。")
    return code


def check_character(body: str) -> str:
    """The 18th character that GB 32100-2015 gives to 17 others."""
    total = sum(_VALUE[character] * weight for character, weight in zip(body, _WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def organisation_check(body: str) -> str:
    """The ninth character that GB 11714 gives to the eight of an organisation code (主体标识码)."""
    total = sum(_ORGANISATION_VALUE[c] * weight for c, weight in zip(body, _ORGANISATION_WEIGHTS, strict=True))
    return _ORGANISATION_CHECKS[-total % 11]


Uscc = Annotated[
    str,
    AfterValidator(check_uscc),
    FORMAL,
    Field(
        json_schema_extra={"format": "uscc", "minLength": LENGTH, "maxLength": LENGTH}, examples=["91110000802100433B"]
    ),
]
