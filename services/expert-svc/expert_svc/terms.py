"""How is a field of work, a qualification or a purpose written so that every snapshot hashes it alike?"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from shenguan_kernel.lots.names import Term

__all__ = ["Purpose", "Term"]

_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
Purpose = Annotated[
    str,
    StringConstraints(pattern=rf"^[a-z][a-z-]{{0,26}}/{_UUID}$"),
    Field(examples=["survey/0198c0de-0000-7000-8000-000000000001"]),
]
"""The subject that needs the panel. Spelled in one way only, or a second spelling would hide an earlier attempt."""
