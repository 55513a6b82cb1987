"""Which administrative division (行政区划代码)? Six digits of GB/T 2260, or the statistical form of twelve.

Codes change over the years, so a record keeps a code together with the edition of the table it was taken from.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

_FORM: Final = re.compile(r"[1-9][0-9]{5}(?:[0-9]{6})?")


def check_division_code(text: str) -> str:
    """The code as it came; raises PydanticCustomError `division_form`."""
    if not _FORM.fullmatch(text):
        raise PydanticCustomError("division_form", "行政区划代码应为 6 或 12 位数字，如 370302：请对照区划表核对。")
    return text


@dataclass(frozen=True, slots=True)
class Division:
    """行政区划: a code (valid by `check_division_code`) and the edition of the table that gives it its meaning."""

    code: str
    edition: str

    @property
    def county(self) -> str:
        """Six digits, whichever form the code has."""
        return self.code[:6]

    @property
    def city(self) -> str:
        """The prefecture: `370300` for `370302`."""
        return f"{self.code[:4]}00"

    @property
    def province(self) -> str:
        """The province: `370000` for `370302`."""
        return f"{self.code[:2]}0000"


DivisionCode = Annotated[str, AfterValidator(check_division_code)]
