"""Which columns do annexes 2 and 3 of the notice have, and for which list is each?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from shenguan_contracts.expert import Pool

NUMBER, NAME, AGE, EDUCATION, FIELDS = "序号", "姓名", "年龄", "学历及专业", "现场勘验从事领域"
OFFICE_PHONE, MOBILE, REMARK = "办公电话", "手机号码", "备注"
MOST_ROWS: Final = 200
"""Lines of a sheet that are read at most; a department names a handful."""


class Annex(StrEnum):
    """通知附件."""

    ANNEX_2 = "annex_2"
    """附件二：审管专家智囊团 (R28)"""
    ANNEX_3 = "annex_3"
    """附件三：现场勘验专家库 (R29)"""

    @property
    def form(self) -> Form:
        """Its title and columns."""
        return _FORMS[self]


@dataclass(frozen=True, slots=True)
class Form:
    """A form of the notice: which list it is for, what stands over it, its columns to the letter."""

    pool: Pool
    title: str
    columns: tuple[str, ...]


_FORMS: Final = {
    Annex.ANNEX_2: Form(
        Pool.THINK_TANK,
        "附件2 审管专家智囊团成员名单",
        (NUMBER, NAME, AGE, EDUCATION, OFFICE_PHONE, MOBILE, REMARK),
    ),
    Annex.ANNEX_3: Form(
        Pool.SURVEY,
        "附件3 现场勘验专家库成员名单",
        (NUMBER, NAME, AGE, FIELDS, OFFICE_PHONE, MOBILE, REMARK),
    ),
}


def annex_of(pool: Pool) -> Annex:
    """The annex that belongs to a list."""
    return next(annex for annex, form in _FORMS.items() if form.pool is pool)
