"""Whom did we just believe? Verified tokens by their hash, so that the next request costs microseconds."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime
from hashlib import blake2b

from shenguan_chassis.identity.caller import Caller


class Remembered:
    """At most `size` callers, the least lately asked forgotten first. A hash is kept, never a token."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._callers: OrderedDict[bytes, tuple[Caller, datetime]] = OrderedDict()

    def recall(self, token: str, now: datetime) -> Caller | None:
        """The caller of a token believed until later than `now`."""
        key = _key(token)
        found = self._callers.get(key)
        if found is None:
            return None
        if found[1] <= now:
            del self._callers[key]
            return None
        self._callers.move_to_end(key)
        return found[0]

    def keep(self, token: str, caller: Caller, until: datetime) -> None:
        """Believe `token` until that instant."""
        self._callers[_key(token)] = (caller, until)
        if len(self._callers) > self._size:
            self._callers.popitem(last=False)


def _key(token: str) -> bytes:
    return blake2b(token.encode(errors="replace"), digest_size=32).digest()
