"""What is wrong, and what should be done? `shenguan doctor` looks at everything an operator would otherwise forget."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import typer
from rich.console import Console

from shenguan_chassis.identity import KeyFileFault
from shenguan_chassis.identity.local_issuer import KEY_FILE

from .asking import Data, running_at
from .district import State
from .reaching import Issuer, Reach, Service, Token, Urls, reached

_LEAST_FREE = 1 << 30
_MOST_DRIFT = timedelta(seconds=5)
_SHANGHAI = ZoneInfo("Asia/Shanghai")
_console = Console(highlight=False)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `mend` says what to do, empty if all is well."""

    what: str
    seen: str
    mend: str = ""


def doctor(
    data: Data = Path("data"), urls: Urls = "", issuer: Issuer = Path("secrets/issuer"), token: Token = ""
) -> None:
    """体检: what is wrong with this district and what to do about it; exit 1 if anything is."""
    findings = [_python(), *(_elsewhere(urls, issuer, token) if urls else _here(data))]
    for finding in findings:
        mark = "[red]✗[/red]" if finding.mend else "[green]✓[/green]"
        _console.print(f"{mark} {finding.what}：{finding.seen}")
        if finding.mend:
            _console.print(f"    → {finding.mend}")
    if any(finding.mend for finding in findings):
        raise typer.Exit(1)


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("Python", version, "" if sys.version_info >= (3, 11) else "请安装 Python 3.11 或更新版本。")


def _here(data: Path) -> Iterator[Finding]:
    """An embedded district: its disk, its key, and what its services say."""
    place = next(folder for folder in (data.resolve(), *data.resolve().parents) if folder.exists())
    free = shutil.disk_usage(place).free
    yield Finding("磁盘 disk", f"{free >> 20} MB 可用", "" if free > _LEAST_FREE else "空间不足 1 GB：请清理或换盘。")
    if not State(data).address.exists():
        yield Finding("运行 running", "未运行", f"请启动：shenguan up --data {data}")
        return
    key = _key(data)
    yield key
    if not key.mend:
        process = running_at(data)["pid"]
        mend = f"进程 {process} 可能已被终止：请重新启动 shenguan up；数据不会丢失。"
        yield from _district(Reach.of(data, "", data, "", by="administrator"), mend, sandbox=True)


def _elsewhere(urls: str, issuer: Path, token: str) -> Iterator[Finding]:
    """Services that run elsewhere: what they say, and whether their time is ours."""
    key = Finding("令牌 token", "已给出") if token else _key(issuer)
    yield key
    if not key.mend:
        mend = "请核对地址；查看该服务及其日志（docker compose ps、docker compose logs）。"
        yield from _district(Reach.of(issuer, urls, issuer, token, by="administrator"), mend, sandbox=False)


def _key(folder: Path) -> Finding:
    if not (folder / KEY_FILE).exists():
        return Finding("签发密钥 token key", f"{folder / KEY_FILE} 不存在", "请以 --data 或 --issuer 写明其目录。")
    try:
        State(folder.resolve()).issuer()
    except KeyFileFault as fault:
        return Finding("签发密钥 token key", fault.code, str(fault))
    return Finding("签发密钥 token key", "可用")


def _district(reach: Reach, mend: str, *, sandbox: bool) -> Iterator[Finding]:
    with reached(reach) as services:
        for name, service in services.items():
            try:
                yield from _service(service)
                if name == "notify":
                    yield from _calendar(service)
                    yield from _clocks(service, reach.urls[name] if sandbox else "")
            except httpx.TransportError as error:
                yield Finding(f"服务 {name}", f"{reach.urls[name]} 没有应答（{type(error).__name__}）", mend)


def _service(service: Service) -> Iterator[Finding]:
    """Whether it can work, tells our time, and has set nothing aside."""
    answer = service.client.get("/readyz")
    bad = {name: state for name, state in answer.json().items() if state != "ok"}
    mend = "请查看日志；总线或数据库恢复后服务自行继续，停住的消费者升级或修复后重启。" if bad else ""
    yield Finding(f"服务 {service.name}", str(bad) if bad else "就绪", mend)
    drift = abs(parsedate_to_datetime(answer.headers["date"]) - datetime.now(UTC))
    if drift > _MOST_DRIFT:
        yield Finding(f"时间 {service.name}", f"与本机相差 {drift.total_seconds():.0f} 秒", "请校准两边的时钟（NTP）。")
    letters = service.client.get("/dead-letters", params={"limit": 1000})
    if letters.is_error:
        yield Finding(f"搁置事件 {service.name}", letters.json()["code"], letters.json()["detail"])
    elif found := letters.json():
        mend = "请先看原因：shenguan deadletters list；消除后：shenguan deadletters redrive。"
        yield Finding(f"搁置事件 {service.name}", f"{len(found)} 条", mend)


def _calendar(notify: Service) -> Iterator[Finding]:
    today = datetime.now(_SHANGHAI)
    for year in (today.year, today.year + 1):
        found: Any = notify.client.get(f"/calendar/{year}").json()
        official = found["status"] == "official"
        mend = "" if official else f"国务院办公厅公布后，请载入 {year} 年放假安排：shenguan calendar load。"
        late = today.month == 12 or year == today.year
        yield Finding(f"{year} 年工作日历", "已公布" if official else "暂按规则推算", mend if late else "")


def _clocks(notify: Service, sandbox: str) -> Iterator[Finding]:
    """Whether the host's clock is trusted; how far a sandbox's legal clock is from it."""
    watch = notify.client.get("/clock")
    if watch.is_success:
        why = watch.json()["why"]
        mend = "请校准主机时钟；确认无误后：shenguan clock confirm。" if why else ""
        yield Finding("时钟 clock", f"存疑（{why}），有法律后果的时限暂停" if why else "可信", mend)
    if sandbox:
        both = notify.client.get(f"{sandbox}/sandbox/clock").json()
        ahead = datetime.fromisoformat(both["legal"]) - datetime.fromisoformat(both["system"])
        yield Finding("法定时钟 legal clock", _apart(ahead))


def _apart(ahead: timedelta) -> str:
    if abs(ahead) < timedelta(minutes=1):
        return "与系统时间一致"
    days = abs(ahead) / timedelta(days=1)
    return f"比系统时间{'快' if ahead > timedelta() else '慢'} {days:.2f} 天"
