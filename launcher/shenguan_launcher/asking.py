"""How does an operator ask a running district? Over its doors, with a token that its own issuer signs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import httpx
import orjson
import typer
from rich.console import Console

from shenguan_chassis.identity import Caller
from shenguan_kernel.roles import Role

from .district import State
from .people import PEOPLE, caller_of, person

console = Console()
Data = Annotated[Path, typer.Option(help="状态目录 state folder of the district.", envvar="DATA")]


def token(
    name: Annotated[
        str, typer.Argument(help="示例人员 a person of the sample, such as approver; or any name with --role.")
    ] = "",
    role: Annotated[list[Role] | None, typer.Option(help="岗位 role; may be given several times.")] = None,
    department: Annotated[str, typer.Option(help="部门代码 department code.")] = "bureau",
    hours: Annotated[int, typer.Option(min=1, max=24, help="有效小时 how long it lives.")] = 12,
    data: Data = Path("data"),
) -> None:
    """签发令牌: a token for one of the sample's people, or for roles you name (compose: --data secrets/issuer)."""
    known = {someone.name: someone for someone in PEOPLE}
    if role:
        caller = Caller(
            person=name or "operator", organisation=department, department=department, roles=frozenset(role)
        )
    elif name in known:
        caller = caller_of(known[name])
    else:
        names = "、".join(known)
        raise typer.BadParameter(f"请写示例人员之一（{names}），或用 --role 指定岗位。", param_hint="name")
    typer.echo(State(data.resolve()).issuer().issue(caller, timedelta(hours=hours)))


def clock(
    by: Annotated[
        str,
        typer.Argument(
            help="向前拨多少 how far, such as +3d, +12h, +30m; confirm: 确认主机时钟无误; nothing: only tell."
        ),
    ] = "",
    data: Data = Path("data"),
) -> None:
    """法定时钟: tell the sandbox's legal clock, move it forward (it never goes back), or confirm the host's clock."""
    with asking(data) as client:
        if by == "confirm":
            checked(give(client, "/notify/v1/clock/confirm", None, {"If-Match": "*"}))
            console.print("已确认主机时钟无误，暂停的时限恢复办理 confirmed: what was held goes on")
            return
        answer = give(client, "/sandbox/clock", {"by": by}) if by else client.get("/sandbox/clock")
        both = checked(answer)
    console.print(f"法定时钟 legal  {both['legal']}\n系统时间 system {both['system']}")


def running_at(data: Path) -> dict[str, Any]:
    """How the running district is reached: `url`, `pid`, `bus`; ends the command if none is running."""
    address = State(data.resolve()).address
    if not address.exists():
        raise typer.Exit(say(f"没有正在运行的区 no district is running on {data}: shenguan up --data {data}"))
    found: dict[str, Any] = orjson.loads(address.read_bytes())
    return found


@contextmanager
def asking(data: Path, name: str = "administrator") -> Iterator[httpx.Client]:
    """A client of the running district, speaking as one of the sample's people."""
    state, url = State(data.resolve()), running_at(data)["url"]
    headers = {"Authorization": f"Bearer {state.issuer().issue(caller_of(person(name)))}"}
    with httpx.Client(base_url=url, headers=headers, timeout=30) as client:
        try:
            yield client
        except httpx.TransportError:
            raise typer.Exit(say(f"{url} 没有应答 does not answer: shenguan doctor --data {data}")) from None


def give(client: httpx.Client, path: str, body: Any, headers: Mapping[str, str] | None = None) -> httpx.Response:
    """Give a command once: under a key of its own."""
    return client.post(path, json=body, headers={"Idempotency-Key": str(uuid4()), **(headers or {})})


def checked(answer: httpx.Response) -> Any:
    """The answer's content; a refusal ends the command with its own words."""
    if answer.is_error:
        problem = answer.json()
        faults = [f"{fault['field']}：{fault['detail']}" for fault in problem.get("errors", ())]
        raise typer.Exit(say("\n".join([f"{problem['detail']}  [{problem['code']}]", *faults])))
    return answer.json()


def say(text: str) -> int:
    """Tell it on stderr; returns the exit code 1."""
    Console(stderr=True).print(text)
    return 1
