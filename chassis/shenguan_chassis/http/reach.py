"""What may come of a call? The refusals, commands and views that an endpoint's code leads to.

Found by following names through our own code, from the endpoint on: functions by their modules, methods by the classes
that a function names or is annotated with. More may be found than a caller ever meets, never less by forgetting: a rule
that learns to refuse is in the API reference the next time that it is made.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from types import CodeType, FunctionType, ModuleType
from typing import Annotated, Any, get_args, get_origin

from ..deciding import Command, View
from ..refusals import Refusal

_WORD = re.compile(r"[A-Za-z_]\w*")


@dataclass(slots=True)
class Reached:
    """What was found."""

    refusals: set[type[Refusal]] = field(default_factory=set)
    declared: list[Command | View] = field(default_factory=list)
    """What `@command` or `@view` said of the functions on the way."""
    words: set[str] = field(default_factory=set)
    """The names that the endpoint itself uses: `give`, `show`, `changes`."""
    _seen: set[Any] = field(default_factory=set)


def reached(*starts: Callable[..., Any]) -> Reached:
    """Everything that the code of `starts` leads to."""
    found = Reached()
    for start in starts:
        found.words |= _names(start.__code__)
        _follow(start, _owner(start), found)
    return found


def _owner(function: Any) -> type | None:
    """The class in whose body a function stands."""
    owner = function.__globals__.get(function.__qualname__.partition(".")[0])
    return owner if isinstance(owner, type) else None


def _follow(function: FunctionType | Any, owner: type | None, found: Reached) -> None:
    if function in found._seen:
        return
    found._seen.add(function)
    for name in ("__command__", "__view__"):
        if said := getattr(function, name, None):
            found.declared.append(said)
    names = _names(function.__code__)
    for value in _meant(function, names):
        _look(value, names, found)
    for name in names if owner is not None else ():
        for method in _functions(getattr(owner, name, None)):
            _follow(method, owner, found)


def _look(value: Any, names: set[str], found: Reached) -> None:
    if get_origin(value) is Annotated:
        value = get_args(value)[0]
    if isinstance(value, type) and issubclass(value, Refusal):
        found.refusals.update({value} - {Refusal})
    elif isinstance(value, type):
        _look_into(value, names, found)
    elif isinstance(value, Command | View):
        found.declared.append(value)
    elif _ours(type(value).__module__):  # one of a slice's own things: a list, or a bulk door, that it declares
        if isinstance(given := getattr(value, "command", None), Command):
            found.declared.append(given)
        _look_into(type(value), names, found)
    else:
        for function in _functions(value):
            _follow(function, None, found)


def _look_into(kind: type, names: set[str], found: Reached) -> None:
    for name in names:
        for method in _functions(getattr(kind, name, None)):
            _follow(method, kind, found)


def _meant(function: Any, names: set[str]) -> Iterator[Any]:
    """What a function's names and annotations stand for, as far as it is ours."""
    known = {**function.__globals__, **_enclosed(function)}
    annotated = {word for said in function.__annotations__.values() for word in _WORD.findall(str(said))}
    for name in names | annotated:
        value = known.get(name)
        if isinstance(value, ModuleType):
            inside = (getattr(value, inner, None) for inner in names) if _ours(value.__name__) else ()
            yield from (one for one in inside if one is not None and _is_ours(one))
        elif value is not None and _is_ours(value):
            yield value


def _enclosed(function: Any) -> dict[str, Any]:
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=False)
    return {name: cell.cell_contents for name, cell in cells}


def _functions(value: Any) -> Iterator[Any]:
    """The Python functions behind a name: itself, what a method or a partial wraps, a property's getter."""
    if isinstance(value, property):
        value = value.fget
    value = getattr(value, "__func__", value)
    if isinstance(value, partial):
        value = value.func
    if isinstance(value, FunctionType) and _ours(value.__module__ or ""):
        yield value


def _names(code: CodeType) -> set[str]:
    found = {*code.co_names, *code.co_freevars}
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            found |= _names(constant)
        elif isinstance(constant, tuple):  # the names of arguments given by name
            found |= {one for one in constant if isinstance(one, str)}
    return found


def _is_ours(value: Any) -> bool:
    origin = get_args(value)[0] if get_origin(value) is Annotated else value
    return _ours(getattr(origin, "__module__", None) or "")


def _ours(module: str) -> bool:
    package = module.partition(".")[0]
    return package.startswith("shenguan_") or package.endswith("_svc")
