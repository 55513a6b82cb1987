"""How does a service run as a process of its own? `python -m approval_svc migrate`, then `… serve`.

Everything it must know comes from the environment; SIGTERM lets it finish what is in hand.
"""

from __future__ import annotations

import asyncio
import resource
import signal
import sys
from contextlib import AbstractContextManager, nullcontext

import uvicorn
import uvloop

from . import logs
from .bus.port import BusUnavailable
from .clock import RealClock
from .http.app import application, open_for
from .http.wire import guarded
from .identity.verifier import TokenPolicy, TokenVerifier
from .keys import KeyFault, Keys
from .lasting import spare_what_lasts
from .leaving import serves
from .limits import Limits
from .preflight import bring_up_to_date, check_database, check_keys, fail, known_keys, no_bus, reached_bus
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
            uvloop.run(bring_up_to_date(service, settings_or_exit(service.settings)))
        case _:
            fail(_USAGE.format(name=service.name))


def _serve(service: Service, port: int) -> None:
    settings = settings_or_exit(service.settings)
    logs.configure(settings.log_level)
    uvloop.run(_run(service, settings, port))


async def _run(service: Service, settings: ServiceSettings, port: int) -> None:
    app = application(service)
    http = server(app, port, host="0.0.0.0", limits=settings)  # noqa: S104 - a container's port is published by its operator
    clock = RealClock()
    await check_database(service, settings)
    await _check_keys(service, settings)
    policy = TokenPolicy(settings.issuer, settings.audience)
    verifier = TokenVerifier(await known_keys(settings), policy, service.powers, clock.system)
    bus = await reached_bus(settings)
    runtime = Runtime(service, settings, bus=bus, clock=clock, verifier=verifier)
    open_for(app, runtime)
    try:
        await runtime.start()
        spare_what_lasts()
        await http.serve()
    except BusUnavailable as error:
        no_bus(error)
    finally:
        await runtime.stop()
        await bus.close()


async def _check_keys(service: Service, settings: ServiceSettings) -> None:
    keys = Keys.read(settings.master_keys.get_secret_value(), service.name)
    try:
        await check_keys(service, settings.database_url.get_secret_value(), keys)
    except KeyFault as fault:
        fail(f"配置错误 SHENGUAN_MASTER_KEYS: {fault}")


class _Server(uvicorn.Server):
    """Signals belong to the process: uvicorn would raise them again after its own end and cut what is still in hand."""

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        return nullcontext()


def server(app: object, port: int, host: str = "127.0.0.1", limits: Limits | None = None) -> uvicorn.Server:
    """The HTTP server of one application. From now on SIGTERM and Ctrl-C end it, in hand or not yet serving.

    It answers what is in hand within ten seconds, and whoever awaits `serve` goes on from there. Explicit handlers
    also make it a good first process of a container, for which the kernel has no default ones.
    """
    limits = limits or Limits.model_construct()
    _let_sockets(limits.connections_open)
    http = _Server(
        uvicorn.Config(
            app,  # type: ignore[arg-type]
            host=host,
            port=port,
            loop="none",
            http=guarded(limits),
            proxy_headers=False,
            ws="none",
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=10,
            timeout_keep_alive=30,
        )
    )
    serves(http)
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, http.handle_exit, number, None)
    return http


def _let_sockets(most: int) -> None:
    """Let the process have that many sockets and what it needs besides, as far as the system allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = min(most + 512, hard) if hard != resource.RLIM_INFINITY else most + 512
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
