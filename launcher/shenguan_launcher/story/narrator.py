"""How is the story told? A line per act with the legal time, who acted, and how soon the others heard of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_COLOURS = {"approval": "green", "supervision": "blue", "notify": "yellow", "expert": "magenta", "sandbox": "white"}


class Narrator:
    """Tells the timeline on a console; `legal` says what the legal clock shows."""

    def __init__(self, console: Console, legal: Callable[[], datetime]) -> None:
        self._console = console
        self._legal = legal
        self._last_act = time.perf_counter()
        self.steps = 0
        self.slowest = 0.0

    def chapter(self, title: str) -> None:
        """A new part of the story."""
        self._console.print(f"\n[bold]{title}[/bold]")

    def act(self, service: str, who: str, said: str, took: float) -> None:
        """Someone gave a command and it was done."""
        self._last_act = time.perf_counter()
        self._line(service, f"{who}：{said}", f"{took * 1000:5.0f} ms")

    def refusal(self, service: str, who: str, said: str, status: int, detail: str) -> None:
        """Someone was refused, with the text they read."""
        self._line(service, f"{who}：{said}", f"{status:>5}   ")
        self.note(f"↳ {detail}")

    def heard(self, service: str, said: str) -> None:
        """Another service heard of the last act."""
        after = time.perf_counter() - self._last_act
        self.slowest = max(self.slowest, after)
        self._line(service, f"→ {said}", f"+{after * 1000:4.0f} ms")

    def check(self, said: str) -> None:
        """Something that must hold, holds."""
        self.steps += 1
        self._console.print(f"           [dim]✓ {escape(said)}[/dim]")

    def note(self, said: str) -> None:
        """A line beneath the last one."""
        self._console.print(f"             [dim]{escape(said)}[/dim]", soft_wrap=True)

    def _line(self, service: str, text: str, timing: str) -> None:
        self.steps += 1
        at = self._legal().astimezone(_SHANGHAI).strftime("%m-%d %H:%M")
        colour = _COLOURS[service]
        self._console.print(
            f"{at} [{colour}]{service:>11}[/{colour}] [dim]{timing}[/dim]  {escape(text)}", soft_wrap=True
        )
