"""Is this process on its way out? Whoever keeps an answer waiting asks, and gives it while the doors are still open."""

from __future__ import annotations

import asyncio
from weakref import WeakKeyDictionary

import uvicorn

_SERVING: WeakKeyDictionary[asyncio.AbstractEventLoop, uvicorn.Server] = WeakKeyDictionary()


def serves(http: uvicorn.Server) -> None:
    """This server has the doors of the running loop."""
    _SERVING[asyncio.get_running_loop()] = http


def leaving() -> bool:
    """Was the server told to end? It waits for answers in hand, then cuts them off."""
    http = _SERVING.get(asyncio.get_running_loop())
    return http is not None and http.should_exit
