"""A personal datum shows itself masked wherever it is shown, and is never written in clear."""

from __future__ import annotations

import copy
import pickle
from dataclasses import dataclass

import orjson
import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from shenguan_chassis.personal import Personal

NUMBER = "13900001234"


class Phone(Personal, kind="phone"):
    @staticmethod
    def check(text: str) -> str:
        if not text.isdigit():
            raise PydanticCustomError("phone_form", "号码应为数字：请核对。")
        return text

    @staticmethod
    def mask(clear: str) -> str:
        return f"{clear[:3]}****{clear[-4:]}"


@dataclass(frozen=True)
class Holder:
    phone: Phone


class Card(BaseModel):
    phone: Phone | None = None


@pytest.mark.parametrize(
    "shown",
    [
        str(Phone(NUMBER)),
        repr(Phone(NUMBER)),
        f"{Phone(NUMBER)}",
        f"{Phone(NUMBER):>20}",
        str([Phone(NUMBER)]),
        str(Holder(Phone(NUMBER))),
        repr(Card(phone=Phone(NUMBER))),
        Card(phone=Phone(NUMBER)).model_dump_json(),
        str(Card(phone=Phone(NUMBER)).model_dump(mode="json")),
        orjson.dumps({"phone": Phone(NUMBER)}, default=str).decode(),
    ],
)
def test_it_is_masked_wherever_it_is_shown(shown: str) -> None:
    assert NUMBER not in shown
    assert "139****1234" in shown


def test_it_is_read_from_a_text_or_taken_as_it_is() -> None:
    assert Card.model_validate_json(f'{{"phone": " {NUMBER} "}}', strict=True).phone == Phone(NUMBER)
    assert Card(phone=Phone(NUMBER)).phone == Phone(NUMBER)
    assert TypeAdapter(Holder).validate_python({"phone": Phone(NUMBER)}) == Holder(Phone(NUMBER))


@pytest.mark.parametrize("given", ["", "   ", f"{NUMBER} a", int(NUMBER), None, NUMBER.encode(), "1" * 201, "1\x00"])
def test_what_is_none_is_refused_without_repeating_it(given: object) -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(Phone).validate_python(given)

    (fault,) = refused.value.errors(include_input=False)
    assert str(given).strip() not in fault["msg"] or not str(given).strip()


def test_two_are_equal_if_kind_and_text_are() -> None:
    class Other(Phone, kind="other"):
        pass

    assert Phone(NUMBER) == Phone(NUMBER)
    assert hash(Phone(NUMBER)) == hash(Phone(NUMBER))
    assert Phone(NUMBER) != Phone("13900001235")
    assert Phone(NUMBER) != Other(NUMBER)
    assert Phone(NUMBER) != NUMBER


def test_it_is_not_pickled_and_copies_are_the_same() -> None:
    phone = Phone(NUMBER)

    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(phone)
    assert copy.copy(phone) is phone
    assert copy.deepcopy(Holder(phone)).phone is phone


def test_what_was_not_sealed_is_not_written() -> None:
    with pytest.raises(TypeError, match="not sealed"):
        _ = Phone(NUMBER).stored
