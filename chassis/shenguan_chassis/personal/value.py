"""What is a personal datum while a program holds it? A value that shows itself masked, wherever it is shown.

A kind is a subclass that knows its form and its mask:

    class Mobile(Personal, kind="mobile"):
        check, mask = staticmethod(check_mobile), staticmethod(mask_mobile)

It is masked in `repr`, `str`, formatted texts, logs and JSON: no answer, error or log line holds more by accident.
`reveal` alone gives it in clear, and is called where it is sealed and where it is unmasked on the record.
"""

from __future__ import annotations

import hmac
from typing import Any, ClassVar, Final, NoReturn, Self

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

MOST_LETTERS: Final = 200
"""No personal datum is longer."""


class Personal:
    """个人信息. Made from a text that its kind accepts; two are equal if kind and text are."""

    __slots__ = ("_clear", "_seal")

    kind: ClassVar[str] = ""
    """Its name in keys' purposes and documents; never changed once something is sealed."""
    example: ClassVar[str] = ""
    """One that nobody has, for the API reference."""

    def __init_subclass__(cls, *, kind: str) -> None:
        super().__init_subclass__()
        cls.kind = kind

    def __init__(self, text: str) -> None:
        """Raises what `check` raises."""
        self._clear = self.check(text)
        self._seal: tuple[str, bytes] | None = None

    @staticmethod
    def check(text: str, /) -> str:
        """The text in the one form in which it is kept and looked up.

        Raises PydanticCustomError, whose message never repeats it.
        """
        raise NotImplementedError

    @staticmethod
    def mask(clear: str, /) -> str:
        """What may be shown of it without a stated purpose."""
        raise NotImplementedError

    @property
    def masked(self) -> str:
        """What may be shown of it."""
        return self.mask(self._clear)

    def reveal(self) -> str:
        """The text itself: for sealing it, and for who stated a purpose on the record."""
        return self._clear

    def sealed_at(self, place: str) -> bytes | None:
        """How it lies in the database at `place`, if it was read from there or sealed for it."""
        return self._seal[1] if self._seal is not None and self._seal[0] == place else None

    def with_seal(self, place: str, sealed: bytes) -> Self:
        """The same datum, knowing how it lies at `place`."""
        same = object.__new__(type(self))
        same._clear, same._seal = self._clear, (place, sealed)
        return same

    @property
    def stored(self) -> bytes:
        """How it lies in the database; a TypeError if it was not sealed: clear text is never written."""
        if self._seal is None:
            raise TypeError(f"{self!r} is not sealed")
        return self._seal[1]

    def __repr__(self) -> str:
        return f"<{self.kind} {self.masked}>"

    def __str__(self) -> str:
        return self.masked

    def __format__(self, spec: str) -> str:
        return format(self.masked, spec)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self) or not isinstance(other, Personal):
            return NotImplemented
        return hmac.compare_digest(self._clear.encode(), other._clear.encode())

    def __hash__(self) -> int:
        return hash((self.kind, self._clear))

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _: Any) -> Self:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"{self.kind} is personal: it is not pickled")

    @classmethod
    def __get_pydantic_core_schema__(cls, _: Any, __: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls._read,
            serialization=core_schema.plain_serializer_function_ser_schema(str, return_schema=core_schema.str_schema()),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, _: CoreSchema, __: GetJsonSchemaHandler) -> JsonSchemaValue:
        said = {"type": "string", "minLength": 1, "maxLength": MOST_LETTERS, "format": cls.kind, "title": cls.kind}
        return {**said, "examples": [cls.example]} if cls.example else said

    @classmethod
    def _read(cls, given: Any) -> Self:
        if isinstance(given, cls):
            return given
        if not isinstance(given, str):
            raise PydanticCustomError("string_type", "须为文本：请改为字符串。")
        if not 0 < len(text := given.strip()) <= MOST_LETTERS or "\x00" in text:
            raise PydanticCustomError(f"{cls.kind}_form", "内容为空、过长或含有空字符：请核对后重试。")
        return cls(text)
