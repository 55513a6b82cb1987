"""What is notify-svc told beyond what every service is? Where it may call, and as whom."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from shenguan_chassis.egress import Allowed, allowed_networks
from shenguan_chassis.http import Call
from shenguan_chassis.runtime import Runtime
from shenguan_chassis.settings import ServiceSettings


def _networks(text: str) -> str:
    try:
        allowed_networks(text)
    except ValueError:
        raise PydanticCustomError("networks", "须为以逗号分隔的网段，如 10.0.0.0/8,2001:db8::/32") from None
    return text


class NotifySettings(ServiceSettings):
    """Settings of notify-svc."""

    webhook_networks: Annotated[str, AfterValidator(_networks)] = Field(
        default="", description="Networks of the government's intranet that may be called, also without TLS: by comma"
    )
    webhook_ca_file: Path | None = Field(default=None, description="PEM file of authorities that receivers may use too")
    webhook_certificate_file: Path | None = Field(
        default=None, description="PEM file: what receivers that want a client certificate are shown"
    )
    webhook_key_file: Path | None = Field(default=None, description="PEM file of its private key")
    webhook_patience: float = Field(default=15, gt=0, le=60, description="Seconds that a receiver has to answer")
    webhook_at_once: int = Field(default=4, ge=1, le=64, description="Messages under way to one receiver")


def runtime_of(call: Call) -> Runtime:
    """The running service behind a door."""
    if not isinstance(call.door, Runtime):
        raise TypeError("this door leads to no running service")
    return call.door


def settings_of(runtime: Runtime) -> NotifySettings:
    """What this service was told."""
    if not isinstance(runtime.settings, NotifySettings):
        raise TypeError("notify-svc was started without its own settings")
    return runtime.settings


def allowed_at(call: Call) -> Allowed:
    """The networks that may be called though they are not public."""
    return allowed_networks(settings_of(runtime_of(call)).webhook_networks)
