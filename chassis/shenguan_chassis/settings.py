"""What must a service be told? Read from the environment; a wrong or missing value is one clear line at the start."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings

from .keys import Cipher, KeyFault, master_keys
from .limits import Limits

S = TypeVar("S", bound=BaseSettings)


def _good_keys(given: SecretStr) -> SecretStr:
    try:
        master_keys(given.get_secret_value())
    except KeyFault as fault:
        raise PydanticCustomError("master_keys", "{why}", {"why": str(fault)}) from None
    return given


class ServiceSettings(Limits):
    """Settings of every service, `SHENGUAN_…` in the environment or a file of that name in `/run/secrets`."""

    database_url: SecretStr = Field(description="PostgreSQL of this service: postgresql://role:password@host/database")
    master_keys: Annotated[SecretStr, AfterValidator(_good_keys)] = Field(
        description="k2:<base64 of 32 bytes>,k1:<…>: seals personal data and cursors, the first from now on"
    )
    cipher: Cipher = Field(default=Cipher.AES_256_GCM, description="aes-256-gcm or sm4-gcm: what seals from now on")
    bus_url: SecretStr = Field(description="kafka://host:port,host:port, or postgresql://… for the embedded log")
    kafka_security: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        default="PLAINTEXT", description="How a Kafka outside a closed network is spoken to"
    )
    kafka_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = Field(
        default="SCRAM-SHA-512", description="How one signs on to it"
    )
    kafka_username: str | None = Field(default=None, description="As whom")
    kafka_password: SecretStr | None = Field(default=None, description="With which password")
    kafka_ca_file: Path | None = Field(default=None, description="PEM file of who signed its certificate")
    metrics_token: SecretStr | None = Field(
        default=None, min_length=16, description="With which bearer token /metrics is read; without it, by everyone"
    )
    unmask_hourly: int = Field(
        default=60, ge=1, le=10_000, description="How many personal data one person may read out in an hour"
    )
    division: str = Field(default="370302", pattern=r"^\d{6}$", description="Division code (GB/T 2260)")
    issuer: str = Field(default="urn:shenguan:local", description="Who issues tokens (iss)")
    audience: str = Field(default="shenguan", description="For whom tokens are (aud)")
    jwks: str = Field(description="Public keys of the issuer: an https:// address, or a file")
    state: Path = Field(default=Path("/var/lib/shenguan"), description="Where the service keeps its own keys")
    instance: str | None = Field(default=None, description="A name for this replica that survives restarts")
    connections: int = Field(default=16, ge=2, le=200, description="Most connections for commands and views")
    partitions: int = Field(default=6, ge=1, le=200, description="Partitions per topic")
    journal_hash: str = Field(default="sm3", pattern="^(sm3|sha256)$", description="Hash of the journal's chain")
    log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="Least level logged")


def settings_or_exit(kind: type[S], **given: Any) -> S:
    """The settings, or one line per fault on stderr and exit code 2."""
    secrets = Path("/run/secrets")
    if secrets.is_dir():
        given["_secrets_dir"] = secrets
    try:
        return kind(**given)
    except ValidationError as wrong:
        for error in wrong.errors(include_input=False, include_url=False):
            name = "SHENGUAN_" + "_".join(map(str, error["loc"])).upper()
            about = kind.model_fields[str(error["loc"][0])].description if error["loc"] else ""
            print(f"配置错误 {name}: {error['msg']} — {about}", file=sys.stderr)  # noqa: T201 - before there is a log
        sys.exit(2)
    except OSError as unreadable:
        print(f"配置错误: 无法读取 {unreadable.filename}（{type(unreadable).__name__}）", file=sys.stderr)  # noqa: T201 - as above
        sys.exit(2)
