"""What is wrong, and what should be done? `shenguan doctor` looks at everything an operator would otherwise forget."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import orjson
import typer
from rich.console import Console

from shenguan_chassis.identity import KeyFileFault
from shenguan_contracts.catalogue import SERVICES

from .asking import Data
from .district import State

_LEAST_FREE = 1 << 30
_SHANGHAI = ZoneInfo("Asia/Shanghai")
_console = Console(highlight=False)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `mend` says what to do, empty if all is well."""

    what: str
    seen: str
    mend: str = ""


def doctor(data: Data = Path("data")) -> None:
    """体检: what is wrong with this district and what to do about it; exit 1 if anything is."""
    findings = list(_machine(data)) + list(_district(State(data.resolve())))
    for finding in findings:
        mark = "[red]✗[/red]" if finding.mend else "[green]✓[/green]"
        _console.print(f"{mark} {finding.what}：{finding.seen}")
        if finding.mend:
            _console.print(f"    → {finding.mend}")
    if any(finding.mend for finding in findings):
        raise typer.Exit(1)


def _machine(data: Path) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("Python", version, "" if sys.version_info >= (3, 11) else "请安装 Python 3.11 或更新版本。")
    place = next(folder for folder in (data.resolve(), *data.resolve().parents) if folder.exists())
    free = shutil.disk_usage(place).free
    yield Finding("磁盘 disk", f"{free >> 20} MB 可用", "" if free > _LEAST_FREE else "空间不足 1 GB：请清理或换盘。")


def _district(state: State) -> Iterator[Finding]:
    try:
        state.issuer()
        yield Finding("签发密钥 token key", "可用")
    except KeyFileFault as fault:
        yield Finding("签发密钥 token key", fault.code, str(fault))
    if not state.address.exists():
        yield Finding("运行 running", "未运行", f"请启动：shenguan up --data {state.folder}")
        return
    running = orjson.loads(state.address.read_bytes())
    with httpx.Client(base_url=running["url"], timeout=10) as client:
        try:
            yield from _services(client)
            yield from _calendar(client)
            yield _clock(client)
        except httpx.TransportError as error:
            mend = f"进程 {running['pid']} 可能已被终止：请重新启动 shenguan up；数据不会丢失。"
            yield Finding("运行 running", f"{running['url']} 没有应答（{type(error).__name__}）", mend)


def _services(client: httpx.Client) -> Iterator[Finding]:
    for service in SERVICES:
        answer = client.get(f"/{service}/v1/readyz")
        bad = {name: state for name, state in answer.json().items() if state != "ok"}
        mend = "请查看日志；总线或数据库恢复后服务自行继续，停住的消费者升级或修复后重启。" if bad else ""
        yield Finding(f"服务 {service}", str(bad) if bad else "就绪", mend)


def _calendar(client: httpx.Client) -> Iterator[Finding]:
    this_year = datetime.now(_SHANGHAI).year
    for year in (this_year, this_year + 1):
        found: Any = client.get(f"/notify/v1/calendar/{year}").json()
        official = found["status"] == "official"
        mend = "" if official else f"国务院办公厅公布后，请载入 {year} 年放假安排（POST /notify/v1/calendar/{year}）。"
        late = datetime.now(_SHANGHAI).month == 12 or year == this_year
        yield Finding(f"{year} 年工作日历", "已公布" if official else "暂按规则推算", mend if late else "")


def _clock(client: httpx.Client) -> Finding:
    both = client.get("/sandbox/clock").json()
    ahead = datetime.fromisoformat(both["legal"]) - datetime.fromisoformat(both["system"])
    drift = abs((datetime.fromisoformat(both["system"]) - datetime.now(UTC)).total_seconds())
    mend = "本机与服务的时间不一致：请校准时钟（NTP）。" if drift > 5 else ""
    return Finding("时钟 clock", f"法定时钟比系统时间快 {ahead.total_seconds() / 86400:.1f} 天", mend)
