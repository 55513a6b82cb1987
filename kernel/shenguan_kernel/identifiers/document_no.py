"""Which document is meant? The number of an official document (文号, GB/T 9704): `川政办字〔2019〕12号`.

People type every bracket there is, and scraped pages lose some: the raw text is kept beside what was read from it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

_BRACKETS: Final = str.maketrans("[(（［﹝【])）］﹞】", "〔" * 6 + "〕" * 6)
_NUMBERED: Final = re.compile(
    r"(?P<issuer>[\u4e00-\u9fff]{2,20})〔(?P<year>(?:19|20)[0-9]{2})〕(?P<serial>[1-9][0-9]{0,4})号"
)
_ORDER: Final = re.compile(r"(?P<issuer>[\u4e00-\u9fff]{2,20}令)第(?P<serial>[1-9][0-9]{0,4})号")


@dataclass(frozen=True, slots=True)
class DocumentNo:
    """文号, read: who issued it, in which year (None for an order, 令), its serial, and the text as it came."""

    issuer: str
    year: int | None
    serial: int
    raw: str

    @property
    def text(self) -> str:
        """The number as GB/T 9704 writes it."""
        if self.year is None:
            return f"{self.issuer}第{self.serial}号"
        return f"{self.issuer}〔{self.year}〕{self.serial}号"


def read_document_no(raw: str) -> DocumentNo | None:
    """What `raw` says, or None: then only the raw text is kept."""
    text = raw.strip().translate(_BRACKETS)
    found = _NUMBERED.fullmatch(text) or _ORDER.fullmatch(text)
    if found is None:
        return None
    parts = found.groupdict()
    year = parts.get("year")
    return DocumentNo(parts["issuer"], int(year) if year else None, int(parts["serial"]), raw)


def check_document_no(raw: str) -> str:
    """The number as GB/T 9704 writes it; raises PydanticCustomError `document_no_form`."""
    number = read_document_no(raw)
    if number is None:
        raise PydanticCustomError(
            "document_no_form",
            "文号应写作“机关代字〔年份〕序号号”（序号不编虚位、不加“第”），或“××令第N号”：请对照原文核对；尚无文号的请留空。",
        )
    return number.text


DocumentNoText = Annotated[str, AfterValidator(check_document_no)]
