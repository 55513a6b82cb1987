"""What may come in and what goes out? Bodies refuse fields they do not know; answers show an aggregate's fields."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Body(BaseModel):
    """A request body: an unknown field is an error, not a wish."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Shown(BaseModel):
    """An answer made from an aggregate: `CaseView.model_validate(case)`."""

    model_config = ConfigDict(from_attributes=True, frozen=True)
