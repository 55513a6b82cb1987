"""How does a command or a reaction declare itself, and what does it check first?

@command(Role.APPROVER)                       who may give it; the table of rights is these, collected
async def grant_case(tx, case_id, body): …

@on(ApprovalIssued, reads=lambda issued: …)   which foreign event it answers
async def watch_new_license(tx, issued): …
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, TypeVar

from shenguan_contracts.event import Event

from .identity.caller import Caller
from .refusals import NotFound, Refusal

F = TypeVar("F", bound=Callable[..., Awaitable[Any]])
Wanted = Sequence[tuple[type[Any], Any]]


class NotAllowed(Refusal, status=403, rule="岗位职责"):
    """您的岗位无权办理此事项：请由有权岗位的人员登录后办理。"""


@dataclass(frozen=True, slots=True)
class Command:
    """What a command declares: its name, the roles that may give it, and its first line of documentation."""

    name: str
    roles: frozenset[str]
    says: str

    def allow(self, caller: Caller) -> None:
        """Raise NotAllowed unless the caller has one of the roles."""
        if not self.roles & caller.roles:
            raise NotAllowed(command=self.name, roles=sorted(self.roles))


@dataclass(frozen=True, slots=True)
class Reaction:
    """One function that answers foreign events; `reads` names the rows it will want, for a whole batch at once."""

    name: str
    events: tuple[type[Event], ...]
    run: Callable[[Any, Any], Awaitable[None]]
    reads: Callable[[Any], Wanted]


def command(*roles: str) -> Callable[[F], F]:
    """Declare a command and the roles that may give it."""
    if not roles:
        raise TypeError("a command names the roles that may give it")

    def declare(function: F) -> F:
        says = (function.__doc__ or "").strip().partition("\n")[0]
        function.__command__ = Command(function.__name__, frozenset(map(str, roles)), says)  # type: ignore[attr-defined]
        return function

    return declare


def command_of(function: Callable[..., Any]) -> Command:
    """What a command declared; a TypeError for a function that is none."""
    declared = getattr(function, "__command__", None)
    if not isinstance(declared, Command):
        raise TypeError(f"{function.__name__} is no command: declare it with @command")
    return declared


def on(*events: type[Event], reads: Callable[[Any], Wanted] = lambda _: ()) -> Callable[[F], F]:
    """Declare a reaction to foreign events."""

    def declare(function: F) -> F:
        function.__reaction__ = Reaction(function.__name__, events, function, reads)  # type: ignore[attr-defined]
        return function

    return declare


def reactions_in(module: ModuleType) -> Iterator[Reaction]:
    """The reactions that a module declares."""
    for value in vars(module).values():
        declared = getattr(value, "__reaction__", None)
        if isinstance(declared, Reaction) and value.__module__ == module.__name__:
            yield declared


def commands_in(module: ModuleType) -> Iterator[Command]:
    """The commands that a module declares."""
    for value in vars(module).values():
        declared = getattr(value, "__command__", None)
        if isinstance(declared, Command) and value.__module__ == module.__name__:
            yield declared


def own(department: str, caller: Caller) -> None:
    """Raise NotFound unless the caller acts for `department`: another's is as if it did not exist."""
    if caller.department != department:
        raise NotFound()
