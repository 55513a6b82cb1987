"""How are all four services reached at once? The embedded district's, or those that run elsewhere (--urls)."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from shenguan_contracts.catalogue import SERVICES

from .asking import checked, give, issuer_in, running_at, say
from .people import caller_of, person

Urls = Annotated[
    str, typer.Option(help="已运行的四个服务 approval=http://…,supervision=…,notify=…,expert=… (distributed)")
]
Issuer = Annotated[Path, typer.Option(help="签发密钥目录 key folder of the issuer, with --urls.")]
Token = Annotated[
    str, typer.Option(help="令牌 a token of your own provider, instead of --issuer.", envvar="SHENGUAN_TOKEN")
]


_SEALED_WITHIN = 15.0
_CONFLICT = 409


@dataclass(frozen=True, slots=True)
class Reach:
    """Where the services are, and the token that is shown to them."""

    urls: Mapping[str, str]
    token: str

    @classmethod
    def of(cls, data: Path, urls: str, issuer: Path, token: str, *, by: str) -> Reach:
        """By a command's options, without a token as the sample's person `by`; ends it where nothing is running."""
        where = parsed(urls) if urls else dict.fromkeys(SERVICES, str(running_at(data)["url"]))
        return cls(where, token or issuer_in(issuer if urls else data).issue(caller_of(person(by))))


@contextmanager
def reached(reach: Reach) -> Iterator[dict[str, Service]]:
    """Every service, ready to be asked."""
    headers = {"Authorization": f"Bearer {reach.token}"}
    with ExitStack() as stack:
        clients = {
            name: stack.enter_context(httpx.Client(base_url=f"{url}/{name}/v1", headers=headers, timeout=60))
            for name, url in reach.urls.items()
        }
        yield {name: Service(name, client) for name, client in clients.items()}


@dataclass(frozen=True, slots=True)
class Service:
    """One service's doors."""

    name: str
    client: httpx.Client

    def get(self, path: str, **query: Any) -> Any:
        """What a door shows; a refusal, or silence, ends the command with its own words.

        What was written a moment ago is sealed a moment later: until then it is asked again.
        """
        until = time.monotonic() + _SEALED_WITHIN
        try:
            answer = self.client.get(path, params=query)
            while answer.status_code == _CONFLICT and time.monotonic() < until:
                time.sleep(0.3)
                answer = self.client.get(path, params=query)
            return checked(answer)
        except httpx.TransportError as error:
            raise self._silent(error) from None

    def give(self, path: str, body: Any, headers: Mapping[str, str] | None = None) -> Any:
        """What a command is answered with, given once; a refusal, or silence, ends the command with its own words."""
        try:
            return checked(give(self.client, path, body, headers))
        except httpx.TransportError as error:
            raise self._silent(error) from None

    def _silent(self, error: httpx.TransportError) -> typer.Exit:
        return typer.Exit(say(f"{self.name} 没有应答 does not answer: {type(error).__name__}"))


def parsed(urls: str) -> dict[str, str]:
    """The addresses of all four services."""
    found = dict(pair.partition("=")[::2] for pair in urls.split(","))
    if missing := set(SERVICES) - found.keys():
        raise typer.BadParameter(f"缺少 missing: {'、'.join(sorted(missing))}", param_hint="--urls")
    return {name: found[name].rstrip("/") for name in SERVICES}
