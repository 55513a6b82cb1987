"""What may come in and what goes out? Bodies refuse fields they do not know; answers show an aggregate's fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from ..personal.texts import FORMAL, names_a_person


class Body(BaseModel):
    """A request body: an unknown field is an error, not a wish. What is no strict JSON never comes here (`strict`).

    Texts may travel on the bus and be shown to many: one that holds a person's number is an error, too. Numbers have
    fields of a `Personal` type; a text type with a form of its own (`FORMAL`) is left alone.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, hide_input_in_errors=True)

    _formal: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def __pydantic_init_subclass__(cls, **more: Any) -> None:
        super().__pydantic_init_subclass__(**more)
        fields = cls.model_fields.items()
        cls._formal = frozenset(n for n, field in fields if FORMAL in field.metadata or _is_formal(field.annotation))

    @field_validator("*")
    @classmethod
    def _impersonal(cls, value: Any, info: ValidationInfo) -> Any:
        if info.field_name not in cls._formal and any(map(names_a_person, _texts(value))):
            raise PydanticCustomError(
                "personal_number_in_text", "文本中含有手机号码或身份证件号码：请删除；个人号码只填在专用字段中。"
            )
        return value


class Shown(BaseModel):
    """An answer made from an aggregate: `CaseView.model_validate(case)`."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


def _is_formal(annotation: Any) -> bool:
    return annotation is FORMAL or any(map(_is_formal, get_args(annotation)))


def _texts(value: Any) -> Iterator[str]:
    """The texts in a field's value; a body within it has looked at its own."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield from _texts(name)
            yield from _texts(part)
    elif isinstance(value, tuple | list | set | frozenset):
        for part in value:
            yield from _texts(part)
