"""Which licences are in the register, and how does each stand?"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from shenguan_chassis.deciding import view
from shenguan_chassis.http import Shown
from shenguan_chassis.listing import Asked, Between, Holds, Listing, Page, Same, Search
from shenguan_chassis.reading import Read
from shenguan_contracts.types import DepartmentCode
from shenguan_kernel.identifiers.item_code import ItemCode
from shenguan_kernel.identifiers.uscc import Uscc
from shenguan_kernel.roles import READERS

from .rules import License, LicenseState
from .store import licenses


class LicenseView(Shown):
    """许可证."""

    id: UUID
    version: int
    license_no: str
    case_id: UUID
    item_id: UUID
    item_code: str
    item_name: str
    departments: tuple[str, ...]
    holder_name: str | None
    holder_uscc: str | None
    valid_until: date | None
    state: LicenseState
    issued_at: datetime
    penalty_id: UUID | None
    penalty_revoked_at: datetime | None
    deregistered_at: datetime | None
    ground: str | None


LICENSES = Listing(
    "licenses",
    select(licenses),
    shows=LicenseView,
    filters=[
        Same("state", "许可证状态"),
        Same("case_id", "办件编号"),
        Same("license_no", "许可证编号"),
        Same("item_code", "事项编码", ItemCode),
        Same("holder_uscc", "持证人统一社会信用代码", Uscc),
        Holds("department", "监管部门代码", "departments", DepartmentCode),
        Between("issued_at", "颁发时间"),
        Between("valid_until", "有效期至"),
    ],
    sorts=["id", "issued_at", "valid_until"],
    search=Search("holder_name", "持证人名称"),
)


@view(*READERS)
async def license_shown(read: Read, license_id: UUID) -> LicenseView:
    """One licence; raises NotFound."""
    return LicenseView.model_validate(await read.get(License, license_id))


@view(*READERS)
async def licenses_listed(read: Read, wanted: Asked) -> Page[LicenseView]:
    """The licences, in the order they were issued unless another is asked for."""
    return await LICENSES.page(read, wanted)
