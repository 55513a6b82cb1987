"""With which key does this server prove its draws? One of its own, made once and kept: its public half is published."""

from __future__ import annotations

import secrets
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request
from pydantic import Field, SecretStr, field_validator

from shenguan_chassis.durable_file import create_durably
from shenguan_chassis.settings import ServiceSettings
from shenguan_kernel.lots.vrf import VrfKey

_BYTES = 32


class ExpertSettings(ServiceSettings):
    """Settings of expert-svc: replicas on several machines must be given the same key."""

    vrf_key: SecretStr | None = Field(
        default=None, description="Secret of the draw's VRF, 64 hex digits; none: made once under `state`"
    )

    @field_validator("vrf_key")
    @classmethod
    def _is_a_secret(cls, given: SecretStr | None) -> SecretStr | None:
        if given is not None and len(_bytes_of(given.get_secret_value())) != _BYTES:
            raise ValueError("64 hex digits are needed")
        return given


def registered_key(settings: ExpertSettings) -> VrfKey:
    """The key given in the settings, else the one kept in `state/draw-vrf.key`, which the first use makes."""
    given = settings.vrf_key
    return _kept(settings.state / "draw-vrf.key") if given is None else VrfKey(_bytes_of(given.get_secret_value()))


@lru_cache(maxsize=8)
def _kept(path: Path) -> VrfKey:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        create_durably(path, secrets.token_hex(_BYTES))  # allow chance: made once per server, by no rule
    return VrfKey(_bytes_of(path.read_text(encoding="utf-8")))


def _bytes_of(text: str) -> bytes:
    return bytes.fromhex(text.strip())


def _of_this_server(request: Request) -> VrfKey:
    return registered_key(request.app.state.door.settings)


ServerKey = Annotated[VrfKey, Depends(_of_this_server)]
"""The key of the server that was asked."""
