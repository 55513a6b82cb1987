"""What does `docker compose` need that no repository may hold? Passwords and keys, generated here and nowhere else.

    .env                               settings without a secret
    secrets/                           0700: nobody but its owner gets in
    secrets/postgres_password          the superuser's
    secrets/<service>_database_url     how a service reaches its own database, its password in it
    secrets/<service>_master_keys      what it seals personal data with: back it up, nothing opens them without it
    secrets/notify_smtp_password       of the mail server's account, and
    secrets/notify_sms_gateway_token   what the SMS gateway is shown: empty until the operator writes them
    secrets/kafka/<service>            with what a service signs on to Kafka
    secrets/kafka/feed-<department>    with what a department's systems do, to read their feed (`--feed <department>`)
    secrets/issuer/token-keys.json     0600: signs tokens (`shenguan token --data secrets/issuer`); in no container
    secrets/public/jwks.json           its public keys, in every service's container

Compose shows a secret's file to a container with the owner and mode it has on the host, and containers run as users
of their own: the files are readable, the folder that holds them is not.
"""

from __future__ import annotations

import base64
import json
import re
import secrets
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer
from rich.console import Console

from shenguan_chassis.clock import RealClock
from shenguan_chassis.durable_file import create_durably, replace_durably
from shenguan_chassis.identity import LocalIssuer
from shenguan_chassis.keys import new_master_key

from .district import AUDIENCE, ISSUER, SERVICES

_console = Console()
_PASSWORD_BYTES = 32
_FIRST_PORT = 8001
_THE_OPERATORS = ("smtp_password", "sms_gateway_token")
"""Secrets that others gave the operator: nothing that could be generated."""
_DEPARTMENT = re.compile(r"[a-z][a-z0-9-]{1,31}")

_NEXT = """\
密码与密钥已就绪 passwords and keys: {kept}
请妥善备份，切勿提交到代码库 back them up, never commit them.

启动 start        docker compose up -d --build --wait
状态 state        docker compose ps
签发令牌 tokens   {me} token overseer --data {kept}/issuer
停止 stop         docker compose down        （数据保留 volumes stay）
"""


def compose_env(
    folder: Annotated[Path, typer.Option(help="目录 where .env and secrets/ are made.")] = Path(),
    feed: Annotated[
        list[str] | None, typer.Option(help="部门代码 a department whose systems read its feed from Kafka; repeatable.")
    ] = None,
) -> None:
    """生成 docker compose 所需的密码与密钥: what is there is kept, what is missing is made."""
    kept = folder / "secrets"
    _make_folders(kept)
    made = [
        _create(folder / ".env", _settings(), 0o600),
        _create(kept / "postgres_password", _password(), 0o444),
        *(_create(kept / f"{s.name}_database_url", _database_url(s.name), 0o444) for s in SERVICES),
        *(_create(kept / f"{s.name}_master_keys", new_master_key(1), 0o444) for s in SERVICES),
        *(_create(kept / f"notify_{name}", "", 0o444) for name in _THE_OPERATORS),
        *(_create(kept / "kafka" / name, _password(), 0o444) for name in _kafka_users(feed or [])),
        publish_keys(kept),
    ]
    for path in filter(None, made):
        _console.print(f"  + {path}")
    _console.print("\n" + _NEXT.format(kept=kept, me=sys.argv[0]), highlight=False, soft_wrap=True)


def _kafka_users(departments: Iterable[str]) -> list[str]:
    """Each service as itself, and for each department a user that reads its feed; raises BadParameter."""
    for code in departments:
        if not _DEPARTMENT.fullmatch(code):
            raise typer.BadParameter(f"{code}: 不是部门代码 no department code", param_hint="--feed")
    return [*(service.name for service in SERVICES), *(f"feed-{code}" for code in departments)]


def publish_keys(kept: Path) -> Path:
    """Write the issuer's public keys where the services read them; they are what the private ones say, each time."""
    issuer = LocalIssuer.open(kept / "issuer", ISSUER, AUDIENCE, RealClock().system)
    public = kept / "public" / "jwks.json"
    replace_durably(public, json.dumps(issuer.public_keys(), indent=1))
    public.chmod(0o444)
    return public


def _make_folders(kept: Path) -> None:
    for path in (kept, kept / "issuer", kept / "public", kept / "kafka"):
        path.mkdir(parents=True, exist_ok=True)
    kept.chmod(0o700)
    (kept / "issuer").chmod(0o700)
    # Mounted as folders, so that a container's user must be able to enter them.
    (kept / "public").chmod(0o755)
    (kept / "kafka").chmod(0o755)


def _create(path: Path, text: str, mode: int) -> Path | None:
    """The path, if it was made now."""
    made = create_durably(path, text)
    path.chmod(mode)
    return path if made else None


def _settings() -> str:
    ports = "".join(f"{s.name.upper()}_PORT={_FIRST_PORT + i}\n" for i, s in enumerate(SERVICES))
    return f"""\
# Made by `shenguan compose-env`; read by docker compose. No secret in here.
# 行政区划代码 (GB/T 2260): set it before the first start, events carry it for good.
SHENGUAN_DIVISION=370302
SHENGUAN_LOG_LEVEL=INFO
KAFKA_CLUSTER_ID={_cluster_id()}
# What reminders and webhooks need, as SHENGUAN_SMTP_HOST and SHENGUAN_WEBHOOK_NETWORKS (docs/operations.md), goes here.
# On 127.0.0.1 only: what the outside may reach goes through your own gateway, with TLS.
{ports}"""


def _cluster_id() -> str:
    """A UUID in 22 letters and digits; with a dash in front Kafka's tools would take it for an option."""
    return base64.b64encode(uuid4().bytes, altchars=b"aA").decode().rstrip("=")


def _password() -> str:
    return secrets.token_hex(_PASSWORD_BYTES)


def _database_url(service: str) -> str:
    return f"postgresql://{service}:{_password()}@postgres:5432/{service}"
