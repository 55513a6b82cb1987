"""Who issues tokens where there is no identity provider? The embedded district itself, with a key file of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Self

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from shenguan_chassis.durable_file import create_durably, replace_durably
from shenguan_chassis.identity.caller import Caller
from shenguan_chassis.identity.keys import VerifyingKey, verifying_keys
from shenguan_chassis.ids import new_id

KEY_FILE: Final = "token-keys.json"
ALGORITHM: Final = "Ed25519"
KEPT_KEYS: Final = 3
"""The signing key and the two before it: tokens outlive a rotation."""


class KeyFileFault(Exception):
    """The key file is not one we may use; the message is Chinese and says what to do, `code` is stable."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{text}（{code}）")
        self.code = code


class LocalIssuer:
    """签发令牌: signs with the first key of the file, and is the `Keys` that verify what it signed.

    `issuer` and `audience` go into each token. The file is created once, and read again when it was replaced, so that a
    rotation by another process is noticed.
    """

    def __init__(self, folder: Path, issuer: str, audience: str, now: Callable[[], datetime]) -> None:
        self._path = folder / KEY_FILE
        self._issuer = issuer
        self._audience = audience
        self._now = now
        self._read_from: tuple[int, int] | None = None
        self._signing: OKPKey
        self._known: dict[str, VerifyingKey] = {}

    @classmethod
    def open(cls, folder: Path, issuer: str, audience: str, now: Callable[[], datetime]) -> Self:
        """The issuer of a state folder, which must exist; raises KeyFileFault."""
        if not (folder / KEY_FILE).exists():
            create_durably(folder / KEY_FILE, _as_text([_new_key()]))
        issuer_ = cls(folder, issuer, audience, now)
        issuer_._read()
        return issuer_

    def issue(self, caller: Caller, lifetime: timedelta = timedelta(hours=12)) -> str:
        """A token that says what `caller` says, under a token id of its own."""
        self._read()
        now = int(self._now().timestamp())
        claims: dict[str, Any] = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": caller.person,
            "name": caller.name,
            "org": caller.organisation,
            "roles": sorted(caller.roles),
            "iat": now,
            "nbf": now,
            "exp": now + int(lifetime.total_seconds()),
            "jti": str(new_id()),
        }
        if caller.department is not None:
            claims["dept"] = caller.department
        header = {"alg": ALGORITHM, "typ": "at+jwt", "kid": self._signing.kid}
        return jwt.encode(header, claims, self._signing, algorithms=[ALGORITHM])

    def rotate(self) -> str:
        """Sign with a new key from now on and return its id; what the two keys before it signed is still believed."""
        keys = [_new_key(), *self._entries()][:KEPT_KEYS]
        replace_durably(self._path, _as_text(keys))
        self._read()
        return str(keys[0]["kid"])

    async def find(self, kid: str) -> VerifyingKey | None:
        """The key of that id, or None; raises KeyFileFault."""
        self._read()
        return self._known.get(kid)

    def public_keys(self) -> dict[str, Any]:
        """The JSON Web Key Set that others may verify our tokens with: no private part in it."""
        return {"keys": [{**key.key.as_dict(private=False), "use": "sig"} for key in self._known.values()]}

    def _read(self) -> None:
        """Read the file unless it is the one already read."""
        state = self._path.stat()
        if (state.st_ino, state.st_mtime_ns) == self._read_from:
            return
        if state.st_mode & 0o077:
            raise KeyFileFault("key_file_open_to_others", f"密钥文件 {self._path} 他人可读：请执行 chmod 600。")
        entries = self._entries()
        self._signing = OKPKey.import_key(entries[0])
        self._known = verifying_keys(entries)
        self._read_from = (state.st_ino, state.st_mtime_ns)

    def _entries(self) -> list[dict[str, Any]]:
        try:
            entries: list[dict[str, Any]] = json.loads(self._path.read_text(encoding="utf-8"))["keys"]
            usable = OKPKey.import_key(entries[0]).is_private
        except (JoseError, ValueError, LookupError, TypeError):
            usable = False
        if not usable:
            text = f"密钥文件 {self._path} 已损坏：请从备份恢复；无备份的，删除后重启即重新生成，原令牌作废。"
            raise KeyFileFault("key_file_broken", text)
        return entries


def _new_key() -> dict[str, Any]:
    return {**OKPKey.generate_key("Ed25519", auto_kid=True).as_dict(private=True)}


def _as_text(keys: list[dict[str, Any]]) -> str:
    return json.dumps({"keys": keys}, indent=1)
