"""What does the name in a web address mean now? Asked before a command begins: no transaction waits for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from shenguan_chassis.deciding import command_of
from shenguan_chassis.egress import AddressRefused, parsed, resolved
from shenguan_chassis.http import Call

from .settings import allowed_at


async def refused_because(call: Call, command: Callable[..., Awaitable[Any]], url: str) -> str | None:
    """Why an address may not be called, as it stands or by what it resolves to; None if it may.

    Looked up only for whoever may give the command: nobody else lets the house ask for names.
    """
    if call.caller is None or not call.caller.has_one_of(command_of(command).roles):
        return None
    try:
        await resolved(parsed(url), allowed_at(call))
    except AddressRefused as refused:
        return refused.code
    return None
