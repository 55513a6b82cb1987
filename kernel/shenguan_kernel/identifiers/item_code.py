"""Is this an item code (事项编码)? Opaque: provinces disagree on its form, so only what all share is asked.

A code is unique together with its version. The strict profile is for districts whose province numbers implementing
codes as 18 characters of the agency's credit code and 13 of the item.
"""

from __future__ import annotations

import re
from typing import Annotated, Final

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from shenguan_kernel.identifiers.uscc import LENGTH as USCC_LENGTH
from shenguan_kernel.identifiers.uscc import check_uscc

_FORM: Final = re.compile(r"[A-Z0-9](?:[A-Z0-9._-]{0,48}[A-Z0-9])?")
_STRICT: Final = re.compile(r"[A-Z0-9]{31}")


def check_item_code(text: str) -> str:
    """The code in upper case; raises PydanticCustomError `item_code_form`."""
    code = text.upper() if text.isascii() else text
    if not _FORM.fullmatch(code):
        raise PydanticCustomError(
            "item_code_form", "事项编码为 1 至 50 位数字、字母，中间可用连字符、点、下划线：请从事项目录中复制。"
        )
    return code


def check_implementing_code(text: str) -> str:
    """An implementing code (实施编码) under the strict profile.

    Raises PydanticCustomError `item_code_strict`, or what `check_uscc` raises for its first 18 characters.
    """
    code = check_item_code(text)
    if not _STRICT.fullmatch(code):
        raise PydanticCustomError(
            "item_code_strict", "实施编码应为 31 位：实施主体统一社会信用代码 18 位加事项码 13 位。"
        )
    check_uscc(code[:USCC_LENGTH])
    return code


ItemCode = Annotated[
    str,
    AfterValidator(check_item_code),
    Field(json_schema_extra={"pattern": r"^[A-Za-z0-9]([A-Za-z0-9._-]{0,48}[A-Za-z0-9])?$"}, examples=["370131011000"]),
]
ImplementingCode = Annotated[str, AfterValidator(check_implementing_code)]
