"""What time is it by law, and is the host's clock trusted? `shenguan clock` tells, moves, confirms."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from .asking import Data, asking, checked, give
from .reaching import Issuer, Reach, Service, Token, Urls, reached

_console = Console(highlight=False)
_CONFIRM = "confirm"


def clock(
    by: Annotated[
        str,
        typer.Argument(
            help="向前拨多少 how far, such as +3d, +12h, +30m; confirm: 确认主机时钟无误; nothing: only tell."
        ),
    ] = "",
    data: Data = Path("data"),
    urls: Urls = "",
    issuer: Issuer = Path("secrets/issuer"),
    token: Token = "",
) -> None:
    """法定时钟: tell the legal clock, move the sandbox's forward (it never goes back), or confirm the host's clock."""
    if by.startswith("--"):
        raise typer.BadParameter(f"没有这个选项 no such option: {by}")
    if by == _CONFIRM or (urls and not by):
        with reached(Reach.of(data, urls, issuer, token, by="administrator")) as services:
            (_confirm if by else _tell)(services["notify"])
    elif urls:
        raise typer.BadParameter("分布式部署的法定时钟就是系统时间，不能拨动 only a sandbox's clock can be moved。")
    else:
        _sandbox(data, by)


def _confirm(notify: Service) -> None:
    notify.give("/clock/confirm", None, {"If-Match": "*"})
    _console.print("已确认主机时钟无误，暂停的时限恢复办理 confirmed: what was held goes on")


def _tell(notify: Service) -> None:
    why = notify.get("/clock")["why"]
    told = "时钟可信 trusted" if why is None else f"时钟存疑，有法律后果的时限暂停 held: {why}"
    _console.print(f"法定时钟即系统时间 the legal clock is system time；{told}")


def _sandbox(data: Path, by: str) -> None:
    with asking(data) as client:
        answer = give(client, "/sandbox/clock", {"by": by}) if by else client.get("/sandbox/clock")
        both = checked(answer)
    _console.print(f"法定时钟 legal  {both['legal']}\n系统时间 system {both['system']}")
