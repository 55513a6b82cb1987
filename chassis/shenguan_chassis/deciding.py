"""How does a command, a view or a reaction declare itself, and who may have it?

@command(Role.APPROVER)                       who may give it; the table of rights is these, collected
async def grant_case(tx, case_id, body): …

@view(*READERS)                               who may read it; `@public`: anyone, without token
async def case_shown(read, case_id): …

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
from .refusals import Refusal

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
    oversees: bool = False
    """It is oversight's own: what else only looks may give it."""

    def allow(self, caller: Caller) -> None:
        """Raise NotAllowed unless the caller has one of the roles."""
        if not caller.has_one_of(self.roles):
            raise NotAllowed(command=self.name, roles=sorted(self.roles))


@dataclass(frozen=True, slots=True)
class View:
    """What a view declares: its name, the roles that may read it (none: everyone), and its first line."""

    name: str
    roles: frozenset[str]
    says: str

    @property
    def public(self) -> bool:
        """Whether anyone may read it, without a token."""
        return not self.roles

    def allow(self, caller: Caller | None) -> None:
        """Raise NotAllowed unless the caller has one of the roles or anyone may read it."""
        if self.roles and (caller is None or not caller.has_one_of(self.roles)):
            raise NotAllowed(view=self.name, roles=sorted(self.roles))


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

    return _commanding(roles, oversees=False)


def oversight(*roles: str) -> Callable[[F], F]:
    """Declare a command of oversight's own (督办, R10): the only kind that those who only look may give."""
    if not roles:
        raise TypeError("a command names the roles that may give it")
    return _commanding(roles, oversees=True)


def _commanding(roles: tuple[str, ...], *, oversees: bool) -> Callable[[F], F]:
    def declare(function: F) -> F:
        declared = Command(function.__name__, frozenset(map(str, roles)), _first_line(function), oversees)
        function.__command__ = declared  # type: ignore[attr-defined]
        return function

    return declare


def view(*roles: str) -> Callable[[F], F]:
    """Declare a view and the roles that may read it."""
    if not roles:
        raise TypeError("a view names the roles that may read it, or is @public")
    return _viewing(roles)


def public(function: F) -> F:
    """Declare a view that anyone may read, without a token; it sees EVERYONE's rows only."""
    return _viewing(())(function)


def _viewing(roles: tuple[str, ...]) -> Callable[[F], F]:
    def declare(function: F) -> F:
        declared = View(function.__name__, frozenset(map(str, roles)), _first_line(function))
        function.__view__ = declared  # type: ignore[attr-defined]
        return function

    return declare


def _first_line(function: Callable[..., Any]) -> str:
    return (function.__doc__ or "").strip().partition("\n")[0]


def view_of(function: Callable[..., Any]) -> View:
    """What a view declared; a TypeError for a function that is none: nobody said who may read it."""
    declared = getattr(function, "__view__", None)
    if not isinstance(declared, View):
        raise TypeError(f"{function.__name__} is no view: declare it with @view(roles) or @public")
    return declared


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


def views_in(module: ModuleType) -> Iterator[View]:
    """The views that a module declares."""
    for value in vars(module).values():
        declared = getattr(value, "__view__", None)
        if isinstance(declared, View) and value.__module__ == module.__name__:
            yield declared
