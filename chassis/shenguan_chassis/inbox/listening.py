"""Whom does a service hear, and whom does its inbox tell?"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from ..clock import Clock
from ..keys import NO_KEYS, Keys
from ..pending import Written
from ..tx import Speaker
from .batch import Ask, Patience
from .hearing import Speakers
from .meaning import Reactions


async def _ask_nobody(_: Sequence[Ask]) -> None:
    return None


def _tell_nobody(*_: object) -> None:
    return None


@dataclass(frozen=True, kw_only=True)
class Listening:
    """Whom a service hears, what it does then, and whom it tells."""

    speaker: Speaker
    speakers: Speakers
    reactions: Reactions
    clock: Clock
    group: str
    instance: str | None = None
    patience: Patience = field(default_factory=Patience)
    reacted: Callable[[Written], None] = _tell_nobody
    """After each commit of reactions: what they wrote."""
    doubted: Callable[[], None] = _tell_nobody
    """The bus may have lost something: a roll call is due."""
    keys: Keys = NO_KEYS
    """With which a reaction seals what it keeps."""
    ask: Callable[[Sequence[Ask]], Awaitable[None]] = _ask_nobody
    """Events are missing: their owners must send them again."""
