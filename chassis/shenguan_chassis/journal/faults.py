"""What can be wrong with a log? Each kind of fault with its Chinese name, and where it was found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """Why an entry or a seal is not as it was sealed."""

    CHANGED = "changed"
    """内容被改动"""
    REMOVED = "removed"
    """被删除"""
    INSERTED = "inserted"
    """事后插入"""
    SWAPPED = "swapped"
    """被互换"""
    SEAL_CHANGED = "seal_changed"
    """封存记录被改动"""
    SEAL_REMOVED = "seal_removed"
    """封存记录被删除"""
    SIGNATURE = "signature"
    """链首签名不符"""
    REHASHED = "rehashed"
    """与见证的链首不一致：整链被重新计算"""
    TAIL_CUT = "tail_cut"
    """链尾被截去：见证过的条目已不在"""


TITLES = {
    Fault.CHANGED: "内容被改动",
    Fault.REMOVED: "被删除",
    Fault.INSERTED: "事后插入",
    Fault.SWAPPED: "被互换",
    Fault.SEAL_CHANGED: "封存记录被改动",
    Fault.SEAL_REMOVED: "封存记录被删除",
    Fault.SIGNATURE: "链首签名不符",
    Fault.REHASHED: "与见证的链首不一致（整链重算）",
    Fault.TAIL_CUT: "链尾被截去",
}
"""How each is told to people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fault: at which entry of which seal, counted from 1; `about` names the row or event, without its content.

    `upto` is the last entry that may be concerned, where one cannot say which.
    """

    fault: Fault
    seal: int
    entry: int
    upto: int | None = None
    about: str = ""

    def sentence(self) -> str:
        """For people."""
        where = f"第 {self.entry} 条" if self.upto in (None, self.entry) else f"第 {self.entry} 至 {self.upto} 条"
        return f"{where}（第 {self.seal} 次封存）{TITLES[self.fault]}" + (f"：{self.about}" if self.about else "")


def first_of(findings: Iterable[Finding]) -> Finding | None:
    """The one that comes first in the log."""
    return min(findings, key=lambda finding: (finding.entry, finding.seal), default=None)
