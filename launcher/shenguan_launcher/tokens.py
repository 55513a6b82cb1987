"""Who may be asked as? `shenguan token` signs what the doors believe; what they would refuse it explains instead."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
import uvloop

from shenguan_chassis.clock import SandboxClock
from shenguan_chassis.identity import Caller, LocalIssuer, TokenPolicy, TokenVerifier
from shenguan_chassis.identity.refusals import Unauthenticated, Why
from shenguan_kernel.powers import POWERS
from shenguan_kernel.roles import Role

from .asking import Data, issuer_in
from .district import AUDIENCE, ISSUER
from .people import BUREAU, PEOPLE, caller_of

_WHY = {
    Why.ROLES_IN_CONFLICT: "这些岗位不得由一人兼任：三员、督查人员、业务系统只能单独持有，请分别签发。",
    Why.ROLE_OUT_OF_PLACE: "岗位与部门不符：窗口、审查、审批人员和审批服务局负责人的部门须为 "
    f"{BUREAU}，请核对 --department。",
    Why.CLAIMS_MALFORMED: "姓名须为可见 ASCII 字符，不含手机号、身份证号，不以 service: 开头；"
    "部门代码由字母、数字、点、横线组成，最多 64 位。",
}


def token(
    name: Annotated[
        str, typer.Argument(help="示例人员 a person of the sample, such as approver; or any name with --role.")
    ] = "",
    role: Annotated[list[Role] | None, typer.Option(help="岗位 role; may be given several times.")] = None,
    department: Annotated[str, typer.Option(help="部门代码 department code.")] = BUREAU,
    hours: Annotated[int, typer.Option(min=1, max=24, help="有效小时 how long it lives.")] = 12,
    data: Data = Path("data"),
) -> None:
    """签发令牌: a token for one of the sample's people, or for roles you name (compose: --data secrets/issuer)."""
    known = {someone.name: caller_of(someone) for someone in PEOPLE}
    if role:
        caller = Caller(
            person=name or "operator", organisation=department, department=department, roles=frozenset(role)
        )
    elif name in known:
        caller = known[name]
    else:
        names = "、".join(known)
        raise typer.BadParameter(f"请写示例人员之一（{names}），或用 --role 指定岗位。", param_hint="name")
    issuer = issuer_in(data)
    signed = issuer.issue(caller, timedelta(hours=hours))
    _check(issuer, signed)
    typer.echo(signed)


def _check(issuer: LocalIssuer, signed: str) -> None:
    """By the very check of the doors; ends the command with what is wrong."""
    verifier = TokenVerifier(issuer, TokenPolicy(ISSUER, AUDIENCE), POWERS, SandboxClock().system)
    try:
        uvloop.run(verifier.verify(signed))
    except Unauthenticated as refused:
        raise typer.BadParameter(_WHY.get(refused.why, refused.why)) from None
