"""What does a receiver share with us? A secret that signs, as a type that shows itself masked."""

from __future__ import annotations

import base64
import hmac
import re

from pydantic_core import PydanticCustomError

from ..personal.value import Personal

_PREFIX = "whsec_"
_FORM = re.compile(r"whsec_[A-Za-z0-9+/]{32,86}={0,2}")


class Secret(Personal, kind="webhook-secret"):
    """签名密钥: shared with one receiver. Kept like a personal datum: sealed to its row, masked wherever shown."""

    @staticmethod
    def check(text: str, /) -> str:
        """`whsec_` and the base64 of 24 to 64 bytes."""
        if not _FORM.fullmatch(text):
            raise PydanticCustomError(
                "webhook_secret_form", "签名密钥格式不符：应为 whsec_ 加 24 至 64 字节的 base64。"
            )
        return text

    @staticmethod
    def mask(clear: str, /) -> str:
        """That there is one."""
        return f"{clear[: len(_PREFIX)]}****"

    @classmethod
    def derived(cls, key: bytes, name: str) -> Secret:
        """A new secret for `name`, which is used once: nobody without the key can tell it."""
        made = hmac.digest(key, name.encode(), "sha256")
        return cls(_PREFIX + base64.b64encode(made).decode())

    def hand_over(self) -> str:
        """The secret in clear, for the one answer that tells its owner."""
        return self.reveal()

    def sign(self, content: bytes) -> str:
        """The signature of a content under this secret."""
        key = base64.b64decode(self.reveal().removeprefix(_PREFIX))
        return "v1," + base64.b64encode(hmac.digest(key, content, "sha256")).decode()
