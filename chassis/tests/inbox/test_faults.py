"""Is a server that dies ever taken for an event that fails?"""

import pytest
from asyncpg import (
    AdminShutdownError,
    CannotConnectNowError,
    ConnectionDoesNotExistError,
    CrashShutdownError,
    InterfaceError,
    InternalClientError,
)

from shenguan_chassis.inbox.faults import lost, ours

DYING = [
    AdminShutdownError("terminating connection due to administrator command"),
    CrashShutdownError("terminating connection because of crash of another server process"),
    CannotConnectNowError("the database system is in recovery mode"),
    ConnectionDoesNotExistError("connection was closed in the middle of operation"),
    ConnectionRefusedError(),
    ConnectionResetError(),
    InterfaceError("connection is closed"),
    InternalClientError("cannot switch to state 12; another operation (2) is in progress"),
]


@pytest.mark.parametrize("error", DYING, ids=lambda error: type(error).__name__)
def test_what_a_dying_server_raises_is_no_events_fault_and_ends_the_connection(error: Exception) -> None:
    assert ours(error)
    assert lost(error)
