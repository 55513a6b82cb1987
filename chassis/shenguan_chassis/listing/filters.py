"""By what may a list be narrowed? Typed filters, each one or two query parameters; all given ones must hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import NoneType, UnionType
from typing import Annotated, Any, Protocol, Union, get_args, get_origin

from pydantic import AfterValidator, AwareDatetime, BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError
from sqlalchemy import ARRAY, ColumnElement, Text, bindparam

from ..written import WRITTEN_OUT


def _in_utc(instant: datetime) -> datetime:
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise PydanticCustomError("instant_out_of_range", "时间超出公元 1 至 9999 年：请改正。") from None


_INSTANT = Annotated[AwareDatetime, WRITTEN_OUT, AfterValidator(_in_utc)]
_DAY = Annotated[date, WRITTEN_OUT]

Columns = Mapping[str, ColumnElement[Any]]
"""The columns of a list by the names of its view."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One query parameter: its name, the type of its value, what it says, and what it asks of the columns."""

    name: str
    kind: Any
    says: str
    condition: Callable[[Columns, Any], ColumnElement[bool]]
    inverted: bool = False
    """It is answered by an inverted index (GIN), which knows no order."""
    columns: tuple[str, ...] = ()
    """Of such a one, the columns that it asks for."""


class Filter(Protocol):
    """What a list may be narrowed by."""

    def parameters(self, shows: type[BaseModel]) -> Iterator[Parameter]:
        """Its query parameters, typed as the view shows the columns."""


@dataclass(frozen=True, slots=True)
class Same:
    """A column has this value; the parameter is called and typed like the view's field."""

    column: str
    says: str
    kind: Any = None
    """The parameter's type where the view's field says less than callers must keep to (an identifier's form)."""

    def parameters(self, shows: type[BaseModel]) -> Iterator[Parameter]:
        """One: the value."""
        column = self.column
        kind = self.kind or type_of(shows, column)
        yield Parameter(column, kind, self.says, lambda columns, value: columns[column] == value)


@dataclass(frozen=True, slots=True)
class Between:
    """A time or day: `<column>_from` is the first that fits, `<column>_before` the first that no longer does."""

    column: str
    says: str

    def parameters(self, shows: type[BaseModel]) -> Iterator[Parameter]:
        """Two: the half-open interval."""
        column = self.column
        kind = _INSTANT if type_of(shows, column) is datetime else _DAY
        yield Parameter(f"{column}_from", kind, f"{self.says}，自此起（含）", lambda c, value: c[column] >= value)
        yield Parameter(f"{column}_before", kind, f"{self.says}，早于此（不含）", lambda c, value: c[column] < value)


@dataclass(frozen=True, slots=True)
class Holds:
    """An array column contains this value."""

    name: str
    says: str
    column: str
    kind: Any = str

    def parameters(self, _: type[BaseModel]) -> Iterator[Parameter]:
        """One: the value that must be among them."""
        column = self.column

        def among(columns: Columns, value: Any) -> ColumnElement[bool]:
            return contains(columns[column], value)

        yield Parameter(self.name, self.kind, self.says, among, inverted=True, columns=(column,))


@dataclass(frozen=True, slots=True)
class Where:
    """Anything else: `condition(value)` over the list's own tables."""

    name: str
    says: str
    kind: Any
    condition: Callable[[Any], ColumnElement[bool]]

    def parameters(self, _: type[BaseModel]) -> Iterator[Parameter]:
        """One: the value handed to the condition."""
        yield Parameter(self.name, self.kind, self.says, lambda _, value: self.condition(value))


@dataclass(frozen=True, slots=True)
class Search:
    """The column that `q` looks into, and what it is called in Chinese; it needs a `search.names_index`."""

    column: str
    says: str


def type_of(shows: type[BaseModel], field: str) -> Any:
    """The type of a view's field with its constraints, without "or none"."""
    info: FieldInfo = shows.model_fields[field]
    kind = info.annotation
    if get_origin(kind) in (Union, UnionType):
        (kind,) = [part for part in get_args(kind) if part is not NoneType]
    return Annotated[kind, *info.metadata] if info.metadata else kind


def contains(column: ColumnElement[Any], value: str) -> ColumnElement[bool]:
    """True where an array of texts has a value among its elements."""
    found: ColumnElement[bool] = column.op("@>", is_comparison=True)(bindparam(None, [value], type_=ARRAY(Text)))
    return found
