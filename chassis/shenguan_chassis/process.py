"""How does a service run as a process of its own? `python -m approval_svc serve`, after `python -m approval_svc migrate`.

Everything it must know comes from the environment; SIGTERM lets it finish what is in hand.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn

import uvicorn
import uvloop

from . import logs
from .bus.connect import bus_from
from .clock import RealClock
from .http.app import application, open_for
from .identity.jwks import JwksKeys
from .identity.jwks_file import JwksFile
from .identity.verifier import TokenPolicy, TokenVerifier
from .migrating import is_current, migrate
from .runtime import Runtime
from .service import Service
from .settings import ServiceSettings, settings_or_exit

_USAGE = "用法 usage: python -m {name}_svc serve [--port 8000] | migrate"


def main(service: Service) -> None:
    """Run the command that the process was started with."""
    match sys.argv[1:]:
        case [] | ["serve"]:
            _serve(service, 8000)
        case ["serve", "--port", port] if port.isdecimal():
            _serve(service, int(port))
        case ["migrate"]:
            settings = settings_or_exit(service.settings)
            uvloop.run(migrate(settings.database_url.get_secret_value(), service.migrations))
        case _:
            fail(_USAGE.format(name=service.name))


def fail(what: str) -> NoReturn:
    """End with one clear line."""
    sys.stderr.write(what + "\n")
    sys.exit(2)


def _serve(service: Service, port: int) -> None:
    settings = settings_or_exit(service.settings)
    logs.configure(settings.log_level)
    uvloop.run(_run(service, settings, port))


async def _run(service: Service, settings: ServiceSettings, port: int) -> None:
    clock = RealClock()
    await _check_database(service, settings)
    keys = JwksKeys(settings.jwks, clock.system) if "://" in settings.jwks else JwksFile(Path(settings.jwks))
    verifier = TokenVerifier(keys, TokenPolicy(settings.issuer, settings.audience), clock.system)
    bus = bus_from(settings.bus_url.get_secret_value())
    runtime = Runtime(service, settings, bus=bus, clock=clock, verifier=verifier)
    app = application(service)
    open_for(app, runtime)
    await bus.open()
    try:
        await runtime.start()
        await server(app, port, host="0.0.0.0").serve()  # noqa: S104 - a container's port is published by its operator
    finally:
        await runtime.stop()
        await bus.close()


async def _check_database(service: Service, settings: ServiceSettings) -> None:
    try:
        current = await is_current(settings.database_url.get_secret_value(), service.migrations)
    except (OSError, ValueError) as unreachable:
        fail(
            f"数据库连接失败（{type(unreachable).__name__}）：请核对 SHENGUAN_DATABASE_URL，并确认 PostgreSQL 已启动。"
        )
    if not current:
        fail(f"数据库结构不是本版本的：请先运行 python -m {service.name}_svc migrate。")


def server(app: object, port: int, host: str = "127.0.0.1") -> uvicorn.Server:
    """The HTTP server of one application; on SIGTERM it answers what is in hand within ten seconds."""
    return uvicorn.Server(
        uvicorn.Config(
            app,  # type: ignore[arg-type]
            host=host,
            port=port,
            loop="none",
            http="httptools",
            ws="none",
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=10,
            timeout_keep_alive=30,
        )
    )


def state_file(settings: ServiceSettings, name: str) -> Path:
    """A file in the service's state folder, which is made if it is missing."""
    settings.state.mkdir(parents=True, exist_ok=True)
    return settings.state / name
