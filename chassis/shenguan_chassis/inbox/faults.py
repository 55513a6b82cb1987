"""Whose fault is an error? Ours (database, network, a race): the batch again. Anything else is the event's."""

from __future__ import annotations

import traceback

from asyncpg import (
    InterfaceError,
    InternalClientError,
    PostgresConnectionError,
    PostgresError,
    UniqueViolationError,
)

from ..pending import Conflict

_OUR_CLASSES = ("08", "40", "53", "55", "57", "58")
_OUR_STATES = ("25P03", "25P04")  # idle in a transaction, transaction too long: the session was ended
_OVERTIME = ("25P04", "57014")


class Unsettled(Exception):
    """A reaction failed, or wrote before it took back its word: only a savepoint per event tells which."""


def ours(error: BaseException) -> bool:
    """True if the batch is simply done again, without counting a try of any event."""
    if isinstance(error, UniqueViolationError):
        return bool(error.constraint_name == "position_pkey")
    if isinstance(error, PostgresError):
        state = error.sqlstate or ""
        return state[:2] in _OUR_CLASSES or state in _OUR_STATES
    if isinstance(error, InterfaceError) and isinstance(error, ValueError):
        return False  # asyncpg's word for a value that PostgreSQL cannot hold
    # InternalClientError: the server died while a statement was on its way, and asyncpg lost count of the answers.
    return isinstance(error, Conflict | InterfaceError | InternalClientError | OSError | TimeoutError)


def contended(error: BaseException) -> bool:
    """True if others wanted the same rows, or the batch took too long: the next try locks what it reads."""
    state = getattr(error, "sqlstate", None) or ""
    return isinstance(error, Conflict) or state[:2] in ("40", "55") or state in _OVERTIME


def lost(error: BaseException) -> bool:
    """True if the connection is gone."""
    state = getattr(error, "sqlstate", None) or ""
    return (
        isinstance(error, InterfaceError | InternalClientError | OSError | PostgresConnectionError)
        or state in _OUR_STATES
        or state[:3] == "57P"
    )


def describe(error: BaseException) -> str:
    """The kind of error and where it arose; never its message, which may quote personal data."""
    frames = traceback.extract_tb(error.__traceback__)
    where = next((frame for frame in reversed(frames) if frame.filename.endswith("reactions.py")), None)
    where = where or (frames[-1] if frames else None)
    place = f" at {'/'.join(where.filename.rsplit('/', 2)[-2:])}:{where.lineno}" if where else ""
    about = getattr(error, "constraint_name", None) or getattr(error, "sqlstate", None) or getattr(error, "code", None)
    return f"{type(error).__name__}{f' ({about})' if about else ''}{place}"
