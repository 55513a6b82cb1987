"""What may custodians do? Each registers its own key: nobody does it for another."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from shenguan_chassis.deciding import command
from shenguan_chassis.http import Body
from shenguan_chassis.tx import Tx
from shenguan_kernel.lots import escrow
from shenguan_kernel.roles import Role

from . import rules
from .rules import Custodian, CustodianUnknown, KeyStands
from .store import custodian_id

Point = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$"), Field(examples=["5a" * 32])]


class RegisterCustodianKey(Body):
    """登记托管公钥."""

    key: Point = Field(description="随机数提供程序（contribute.py custodian）给出的公钥，十六进制。")


@command(Role.REVIEWER, Role.APPROVER, Role.BUREAU_HEAD, Role.LIAISON_OFFICER, Role.LIAISON_LEAD, Role.PRINCIPAL_HEAD)
async def register_custodian_key(tx: Tx, body: RegisterCustodianKey) -> Custodian:
    """登记托管密钥 of the caller's own office (R30)."""
    office = tx.caller.department or ""
    if await tx.find(Custodian, custodian_id(office)) is not None:
        raise KeyStands(department=office)
    registered = rules.register(custodian_id(office), office, body.key, at=tx.now)
    return tx.add(Custodian.first(registered), registered)


async def keys_of(tx: Tx, departments: tuple[str, ...]) -> tuple[escrow.Custodian, ...]:
    """The registered keys of these offices, for a declaration; raises CustodianUnknown."""
    found = [await tx.find(Custodian, custodian_id(department)) for department in departments]
    if unknown := [office for office, one in zip(departments, found, strict=True) if one is None]:
        raise CustodianUnknown(departments=unknown)
    return tuple(escrow.Custodian(one.department, one.key) for one in found if one is not None)
