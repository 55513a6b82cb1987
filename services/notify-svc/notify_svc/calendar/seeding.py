"""Who says the calendar for the first time? Each start of the service; after the first one nothing is left to say."""

from __future__ import annotations

from shenguan_chassis.runtime import Runtime

from . import commands


async def say_seed(runtime: Runtime) -> None:
    """Say the years nobody said yet. Two replicas at once: the second finds them said."""
    await runtime.transact(commands.seed)
