"""How does an operator enter a year's days off? Check the file, load it, look at what everyone counts by.

shenguan calendar check calendar/2027.json   is it lawful? without a running district
shenguan calendar load calendar/2027.json    enter it: who loaded what, when, is in the journal
shenguan calendar show 2027                  the year as it stands, announced or provisional
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console

from shenguan_kernel.working_days import CalendarFile, CalendarFileFault, read_calendar_file

from .asking import Data, say
from .reaching import Issuer, Reach, Token, Urls, reached

_console = Console(highlight=False)
_SOURCES = {"official": "正式公布 announced", "provisional": "推算，公布后重算 provisional"}
File = Annotated[Path, typer.Argument(help="放假安排文件 such as calendar/2027.json.", exists=True, dir_okay=False)]

calendar = typer.Typer(help="工作日历: check, load and show a year's days off and make-up days.", no_args_is_help=True)


@calendar.command()
def check(file: File) -> None:
    """核对: is the file lawful? Each fault with its field and reason; exit code 1 if there is one."""
    found = _read(file)
    days = len(found.as_year(version=0).working_days())
    _console.print(
        f"{file.name}：{found.year} 年，工作日 {days} 天，放假 {len(found.off)} 天，调休 {len(found.makeup)} 天"
    )


@calendar.command()
def load(
    file: File,
    data: Data = Path("data"),
    urls: Urls = "",
    issuer: Issuer = Path("secrets/issuer"),
    token: Token = "",
) -> None:
    """载入: enter the year; open obligations are counted again, and keep the earlier date beside the new one."""
    found = _read(file)
    body = orjson.loads(found.model_dump_json())
    with reached(Reach.of(data, urls, issuer, token, by="administrator")) as services:
        _tell(services["notify"].give(f"/calendar/{found.year}", body, {"If-Match": "*"}))


@calendar.command()
def show(
    year: Annotated[int, typer.Argument(help="年度 which year.", min=2004, max=2050)],
    data: Data = Path("data"),
    urls: Urls = "",
    issuer: Issuer = Path("secrets/issuer"),
    token: Token = "",
) -> None:
    """查看: the year as everyone counts by it."""
    with reached(Reach.of(data, urls, issuer, token, by="administrator")) as services:
        _tell(services["notify"].get(f"/calendar/{year}"))


def _read(file: Path) -> CalendarFile:
    try:
        return read_calendar_file(file)
    except CalendarFileFault as fault:
        raise typer.Exit(say("\n".join(fault.faults))) from None
    except OSError as error:
        raise typer.Exit(say(f"{file}：无法读取 cannot be read（{error.strerror}）")) from None


def _tell(shown: dict[str, Any]) -> None:
    _console.print(
        f"{shown['year']} 年 第{shown['version']}版 {_SOURCES[shown['status']]}，工作日 {shown['working_days']} 天\n"
        f"依据 basis: {shown['basis']}\n"
        f"放假 off: {'、'.join(shown['off']) or '—'}\n"
        f"调休上班 worked: {'、'.join(shown['makeup']) or '—'}"
    )
