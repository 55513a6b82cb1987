"""With which secret is something sealed, signed or looked up? One master key per generation, a derived key per purpose.

`SHENGUAN_MASTER_KEYS` is "k2:<base64 of 32 bytes>,k1:<…>": the first seals and signs from now on, the others still open
what they sealed. A derived key is HKDF-SHA256 (RFC 5869) of the master key, with the service and the purpose as its
information: two services, or two purposes, never share a key, though a district may keep one file for all.
"""

from __future__ import annotations

import base64
import binascii
import re
import secrets
from collections.abc import Mapping
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Final, Self

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .durable_file import create_durably

KEY_BYTES: Final = 32
KEY_FILE: Final = "master-keys"
"""The embedded district's own, in its state folder, 0600."""

_ENTRY: Final = re.compile(r"k([1-9][0-9]{0,4}):([A-Za-z0-9+/_-]{43}=?)")
_MOST_GENERATION: Final = 65_535
_FEWEST_DISTINCT_BYTES: Final = 16
"""Of 32 random bytes about 30 differ; so few by chance only once in far more than a million million keys."""

_FEWEST_STEPS: Final = 8
"""Between neighbouring bytes: counting up or down has one or two, chance about 29."""


class KeyFault(Exception):
    """主密钥不可用. The message is Chinese, says what to do, and never holds a key; `code` is stable."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{text}（{code}）")
        self.code = code


class Cipher(StrEnum):
    """What personal data are sealed with from now on; both are always opened."""

    AES_256_GCM = "aes-256-gcm"
    SM4_GCM = "sm4-gcm"
    """国密 (GB/T 32907)"""


class Keys:
    """The keys of one service. Generations are numbers: "k2" is generation 2."""

    def __init__(self, masters: Mapping[int, bytes], service: str, cipher: Cipher = Cipher.AES_256_GCM) -> None:
        self._masters = dict(masters)
        self._service = service
        self.cipher = cipher
        self._derived: dict[tuple[str, int], bytes] = {}

    @classmethod
    def read(cls, text: str, service: str, cipher: Cipher = Cipher.AES_256_GCM) -> Self:
        """The keys of `service` as the setting tells them; raises KeyFault."""
        return cls(master_keys(text), service, cipher)

    @property
    def service(self) -> str:
        """Whose keys they are."""
        return self._service

    @property
    def current(self) -> int:
        """The generation that seals and signs from now on."""
        if not self._masters:
            raise RuntimeError("no keys were given here")
        return next(iter(self._masters))

    @property
    def generations(self) -> tuple[int, ...]:
        """Every generation at hand, the current one first."""
        return tuple(self._masters)

    def of(self, purpose: str) -> bytes:
        """32 bytes for one purpose, of the current generation."""
        return self._key(purpose, self.current)

    def all_of(self, purpose: str) -> dict[int, bytes]:
        """32 bytes for one purpose by generation, the current one first: what an older one sealed is still opened."""
        return {generation: self._key(purpose, generation) for generation in self._masters}

    def _key(self, purpose: str, generation: int) -> bytes:
        found = self._derived.get((purpose, generation))
        if found is None:
            info = f"shenguan/{self._service}/{purpose}".encode()
            derive = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info)
            found = self._derived[purpose, generation] = derive.derive(self._masters[generation])
        return found

    def __repr__(self) -> str:
        return f"<keys of {self._service}: {', '.join(f'k{number}' for number in self._masters)}>"


NO_KEYS: Final = Keys({}, "")
"""For what runs without a service around it: asking it for a key is an error."""


def master_keys(text: str) -> dict[int, bytes]:
    """The master keys of a setting by generation, in its order; raises KeyFault and tells why, but never what."""
    found: dict[int, bytes] = {}
    for entry in (part.strip() for part in text.strip().split(",")):
        generation, key = _entry(entry)
        if generation in found:
            raise KeyFault("master_key_twice", f"主密钥 k{generation} 出现两次：每一代只写一次。")
        if key in found.values():
            raise KeyFault("master_key_reused", f"主密钥 k{generation} 与另一代相同：轮换时请生成新的密钥。")
        found[generation] = key
    return found


def _entry(entry: str) -> tuple[int, bytes]:
    match = _ENTRY.fullmatch(entry)
    if match is None or int(match[1]) > _MOST_GENERATION:
        raise KeyFault("master_key_malformed", "主密钥格式不符：应为 k1:<32 字节的 base64>，多代以逗号分隔。")
    generation = int(match[1])
    try:
        key = base64.b64decode(match[2].rstrip("=") + "=", altchars=b"-_" if set("-_") & set(match[2]) else None)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyFault("master_key_malformed", f"主密钥 k{generation} 不是 32 字节的 base64。")
    steps = {(after - before) % 256 for before, after in pairwise(key)}
    if len(set(key)) < _FEWEST_DISTINCT_BYTES or len(steps) < _FEWEST_STEPS:
        raise KeyFault("master_key_weak", f"主密钥 k{generation} 不是随机生成的（全零、重复或按序）：请重新生成。")
    return generation, key


def new_master_key(generation: int) -> str:
    """A new entry of the setting."""
    return f"k{generation}:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"


def read_key_file(path: Path) -> str:
    """The setting as a file of the embedded district holds it, made at the first start; raises KeyFault."""
    if not path.exists():
        create_durably(path, new_master_key(1) + "\n")
    if path.stat().st_mode & 0o077:
        raise KeyFault("master_key_file_open_to_others", f"主密钥文件 {path} 他人可读：请执行 chmod 600。")
    text = path.read_text(encoding="utf-8", errors="replace").strip()
    try:
        master_keys(text)
    except KeyFault as fault:
        message = f"主密钥文件 {path} 不可用：{fault} 请从备份恢复；没有它，已加密的个人信息无法读取。"
        raise KeyFault("master_key_file_broken", message) from None
    return text
