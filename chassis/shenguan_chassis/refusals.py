"""Why may something not happen? The three words a rule or a handler answers with.

`Refusal`        the law says no: 4xx, never retried
`NotYet`         a reaction came before what it needs: it waits, its stream behind it
`BrokenMessage`  against its contract: set aside at once

Everything else is ours or the network's: retried, then set aside.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar

_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class Refusal(Exception):
    """此操作不被允许。

    The docstring of a subclass is the Chinese text for people and says what to do next; its name in snake_case is the
    stable English code. `rule` names the article or requirement, `status` the HTTP status, `field` the input at fault.
    """

    code: ClassVar[str] = "refusal"
    status: ClassVar[int] = 409
    rule: ClassVar[str] = ""
    field: ClassVar[str | None] = None
    headers: Mapping[str, str] = MappingProxyType({})
    """What its answer says beside the problem document: an ETag, when to come again."""

    journalled: bool = False
    """Whether its row is in the journal already."""

    def __init_subclass__(cls, *, status: int | None = None, rule: str | None = None, field: str | None = None) -> None:
        super().__init_subclass__()
        cls.code = _WORD_START.sub("_", cls.__name__).lower()
        if status is not None:
            cls.status = status
        if rule is not None:
            cls.rule = rule
        if field is not None:
            cls.field = field

    def __init__(self, *, records: tuple[Any, Any] | None = None, **facts: Any) -> None:
        """`facts` are shown in the problem document (never personal data).

        `records` is an aggregate with its event that the refusal leaves behind all the same, in a transaction of its
        own (越权尝试留痕).
        """
        super().__init__(self.detail())
        self.records = records
        self.facts = facts

    @classmethod
    def detail(cls) -> str:
        """The Chinese text: the docstring in one line."""
        return "".join(line.strip() for line in (cls.__doc__ or cls.code).splitlines())


class NotFound(Refusal, status=404):
    """未找到该对象，或它不属于您的部门：请核对编号后重试。"""


class SamePersonTwice(Refusal, status=403, rule="四眼原则"):
    """此事须由两人先后办理，先办者不得再办：请由另一名有权人员办理。"""


def second_person(by: str, *before: str | None, refusal: type[SamePersonTwice] = SamePersonTwice, **facts: Any) -> None:
    """四眼: raise `refusal` if the person `by` is one of those who acted `before` (None: nobody did, but the law).

    A person is the same whichever department or role they act for.
    """
    if by in before:
        raise refusal(**facts)


class NotYet(Exception):
    """A reaction needs a stream of another source to have come first."""

    def __init__(self, source: str, noun: str, key: object) -> None:
        super().__init__(f"waits for {source} {noun}/{key}")
        self.source = source
        self.subject = f"{noun}/{key}"


class BrokenMessage(Exception):
    """A message against its contract; `reason` is shown beside the dead letter and carries no personal data."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
