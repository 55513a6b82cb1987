"""In which words does a department file its list? As JSON, or as the notice's form with what that has no column for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, StringConstraints

from shenguan_chassis.http import Body
from shenguan_chassis.personal import FORMAL
from shenguan_contracts.expert import Pool
from shenguan_contracts.types import Text
from shenguan_kernel.lots.names import Term
from shenguan_kernel.personal import Age, Mobile, OfficePhone, PersonalNote, PersonName, PhoneList, ResidentId

from ..annexes.columns import Annex
from ..annexes.lines import Line
from ..annexes.reading import Beside
from ..pools.commands import CredentialGiven
from ..pools.rules import Nominee

Workbook = Annotated[
    str,
    FORMAL,
    StringConstraints(pattern=r"^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"),
    Field(examples=["UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA=="]),
]
"""The bytes of an .xlsx file in base64; the edge's limit on bodies bounds it (some 750 KB by default)."""

_DEVIATION = Field(default=None, description="人数多于或少于要求的，说明理由。")


@dataclass(frozen=True, slots=True)
class Filed:
    """What a department files for a list at once, however it came in."""

    pool: Pool
    lines: tuple[Line, ...]
    deviation: str | None = None


class NomineeGiven(Body):
    """推荐人选."""

    name: PersonName = Field(description="姓名；加密保存。", examples=["示例甲"])
    age: int | None = Field(default=None, ge=18, le=100, description="周岁年龄；加密保存。", examples=[45])
    education: PersonalNote | None = Field(default=None, description="学历及专业；加密保存。")
    fields: tuple[Term, ...] = Field(default=(), max_length=20, description="从事领域。", examples=[["消防"]])
    qualifications: tuple[CredentialGiven, ...] = Field(
        default=(), max_length=20, description="资质；勘验专家备案前必备。"
    )
    office_phone: OfficePhone | None = Field(default=None, description="办公电话。", examples=["0533-5180000"])
    mobile: Mobile = Field(description="手机号码。", examples=["13900000000"])
    other_numbers: PhoneList | None = Field(default=None, description="其他号码，以顿号分隔。")
    resident_id: ResidentId | None = Field(default=None, description="公民身份号码；仅用于识别同一人。")
    remark: PersonalNote | None = Field(default=None, description="备注；加密保存。")

    def nominee(self, pool: Pool, department: str) -> Nominee:
        """Whom it names."""
        return Nominee(
            pool=pool,
            department=department,
            fields=self.fields,
            credentials=tuple(one.credential() for one in self.qualifications),
            name=self.name,
            age=None if self.age is None else Age(str(self.age)),
            education=self.education,
            office_phone=self.office_phone,
            mobile=self.mobile,
            other_numbers=self.other_numbers,
            resident_id=self.resident_id,
            remark=self.remark,
        )


class SubmitSubList(Body):
    """报送部门名单."""

    pool: Pool = Field(description="名单：智囊团或现场勘验专家库。")
    nominees: tuple[NomineeGiven, ...] = Field(min_length=1, max_length=100, description="推荐人选，逐人一项。")
    deviation: Text | None = _DEVIATION

    def filed(self, department: str) -> Filed:
        """What the department files: a line for each nominee, numbered from 1."""
        named = (one.nominee(self.pool, department) for one in self.nominees)
        return Filed(self.pool, tuple(Line(row, one) for row, one in enumerate(named, 1)), self.deviation)


class BesideRow(Body):
    """表中没有栏目的内容."""

    number: int = Field(ge=1, le=200, description="表中序号。", examples=[1])
    fields: tuple[Term, ...] = Field(default=(), max_length=20, description="从事领域，补表中未列的。")
    qualifications: tuple[CredentialGiven, ...] = Field(default=(), max_length=20, description="资质。")

    def beside(self) -> Beside:
        """The same as the reading of a sheet knows it."""
        return Beside(self.number, self.fields, tuple(one.credential() for one in self.qualifications))


class SubmitAnnex(Body):
    """以附件报送部门名单."""

    annex: Annex = Field(description="附件二（智囊团）或附件三（现场勘验专家库）。")
    workbook: Workbook = Field(description="工作簿（.xlsx）的 base64 编码。")
    beside: tuple[BesideRow, ...] = Field(default=(), max_length=200, description="按序号补充领域与资质。")
    deviation: Text | None = _DEVIATION
