"""Is what a service was told true? Asked before its doors open; what is wrong is one clear line, never a traceback."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, NoReturn

import asyncpg

from .bus.connect import bus_from
from .bus.kafka_settings import KafkaSettings
from .bus.port import Bus, BusUnavailable
from .clock import RealClock
from .db import connect
from .identity.jwks import JwksKeys
from .identity.jwks_file import JwksFile
from .identity.keys import Keys as VerifyingKeys
from .identity.refusals import KeysUnreachable
from .keys import Keys
from .migrating import is_current, migrate
from .personal.keyring import examine
from .service import Service
from .settings import ServiceSettings
from .store import guarded_in

_NO_DATABASE = (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError)


def fail(what: str) -> NoReturn:
    """End with one clear line and exit code 2."""
    sys.stderr.write(what + "\n")
    sys.exit(2)


async def check_database(service: Service, settings: ServiceSettings) -> None:
    """The database answers and has this edition's shape."""
    try:
        current = await is_current(settings.database_url.get_secret_value(), service.migrations)
    except _NO_DATABASE as error:
        _no_database(error)
    if not current:
        fail(f"数据库结构不是本版本的：请先运行 python -m {service.name}_svc migrate。")


async def check_keys(service: Service, dsn: str, keys: Keys) -> None:
    """The master keys open what lies in the database; raises KeyFault."""
    connection = await connect(dsn)
    try:
        await examine(connection, guarded_in(list(service.tables)), keys, RealClock().system())
    finally:
        await connection.close()


async def bring_up_to_date(service: Service, settings: ServiceSettings) -> None:
    """Migrate the database; harmless when it is done already."""
    try:
        await migrate(settings.database_url.get_secret_value(), service.migrations)
    except _NO_DATABASE as error:
        _no_database(error)


def _no_database(error: Exception) -> NoReturn:
    what = type(error).__name__
    fail(f"数据库连接失败（{what}）：请核对 SHENGUAN_DATABASE_URL，并确认 PostgreSQL 已启动、账号可登录。")


async def reached_bus(settings: ServiceSettings) -> Bus:
    """The bus, open."""
    try:
        bus = bus_from(settings.bus_url.get_secret_value(), _sign_on(settings))
        await bus.open()
    except ValueError as wrong:
        fail(f"配置错误 SHENGUAN_BUS_URL: {wrong}")
    except (BusUnavailable, OSError) as error:
        no_bus(error)
    return bus


def no_bus(error: Exception) -> NoReturn:
    """The bus is not there, or does not do what it is asked."""
    fail(f"消息总线连接失败（{error}）：请核对 SHENGUAN_BUS_URL，并确认 Kafka 已启动。")


def _sign_on(settings: ServiceSettings) -> KafkaSettings:
    given: dict[str, Any] = {
        "security": settings.kafka_security,
        "mechanism": settings.kafka_mechanism,
        "username": settings.kafka_username,
        "password": settings.kafka_password.get_secret_value() if settings.kafka_password else None,
        "ca_file": str(settings.kafka_ca_file) if settings.kafka_ca_file else None,
    }
    return KafkaSettings(**given)


async def known_keys(settings: ServiceSettings) -> VerifyingKeys:
    """The issuer's public keys. A file must be there at the start; a provider that is silent now may answer later."""
    if "://" in settings.jwks:
        return JwksKeys(settings.jwks, RealClock().system)
    keys = JwksFile(Path(settings.jwks))
    try:
        await keys.find("")
    except KeysUnreachable:
        fail(f"配置错误 SHENGUAN_JWKS: 公钥文件 {settings.jwks} 不存在、无权读取，或不是 JWKS。")
    return keys
