"""How is a name found by a part of it? By its bigrams: each two neighbouring characters are an entry of a GIN index.

Two SQL functions of the core migration say what is compared, for the index, for the rows and for what was asked alike:
`search_text` (NFKC, so that full-width is half-width and every space a plain one; ASCII in lower
case; without spaces) and `search_grams` of it. A name
that has all bigrams of what is sought has them together if it contains it whole: that is looked up in the text itself,
as plain characters, so `%` and `_` mean themselves.
"""

from __future__ import annotations

import unicodedata
from typing import Annotated, Any

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError
from sqlalchemy import ARRAY, ColumnElement, Index, Text, bindparam, func, select
from sqlalchemy.schema import SchemaItem

FEWEST = 2
"""Characters without which a search would read half the index."""


def searchable(text: str) -> str:
    """What `search_text` makes of a text, as far as its length goes."""
    return unicodedata.normalize("NFKC", text).replace(" ", "")


def _long_enough(text: str) -> str:
    if len(searchable(text)) < FEWEST:
        raise PydanticCustomError("search_too_short", "查找内容过短：请至少输入两个字（空格不计）。")
    return text


Sought = Annotated[str, StringConstraints(max_length=100), AfterValidator(_long_enough)]
"""What someone looks for."""


def names_index(name: str, column: ColumnElement[Any]) -> SchemaItem:
    """The index that a searched column needs. Entries are written at once: none waits in a list that searches read."""
    return Index(name, grams_of(column), postgresql_using="gin", postgresql_with={"fastupdate": "off"})


def grams_of(text: ColumnElement[Any]) -> ColumnElement[Any]:
    """The bigrams of a text, in SQL."""
    return func.search_grams(text, type_=ARRAY(Text))


def contains(column: ColumnElement[Any], sought: str) -> ColumnElement[bool]:
    """True where a text contains what is sought; reads the text, no index."""
    found: ColumnElement[int] = func.strpos(func.search_text(column), _once(func.search_text(_asked(sought))))
    return found > 0


def indexed(column: ColumnElement[Any], sought: str) -> ColumnElement[bool]:
    """The same by the index, which must be there; two characters are their own bigram, and need no second look."""
    grams = _once(grams_of(_asked(sought)))
    within: ColumnElement[bool] = grams_of(column).op("@>", is_comparison=True)(grams)
    return within if len(searchable(sought)) == FEWEST else within & contains(column, sought)


def _asked(sought: str) -> ColumnElement[str]:
    return bindparam(None, sought, type_=Text())


def _once(expression: ColumnElement[Any]) -> ColumnElement[Any]:
    """Computed once per statement, not once per row."""
    return select(expression).scalar_subquery()
