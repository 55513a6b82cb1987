"""How does an operator ask a running district? Over its doors, with a token that its own issuer signs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import httpx
import orjson
import typer
from pydantic_core import PydanticCustomError
from rich.console import Console

from shenguan_chassis.egress import Secret
from shenguan_chassis.identity import LocalIssuer
from shenguan_chassis.identity.local_issuer import KEY_FILE

from .district import State
from .people import caller_of, person

Data = Annotated[Path, typer.Option(help="状态目录 state folder of the district.", envvar="DATA")]


def running_at(data: Path) -> dict[str, Any]:
    """How the running district is reached: `url`, `pid`, `bus`; ends the command if none is running."""
    address = State(data.resolve()).address
    if not address.exists():
        raise typer.Exit(say(f"没有正在运行的区 no district is running on {data}: shenguan up --data {data}"))
    found: dict[str, Any] = orjson.loads(address.read_bytes())
    return found


def issuer_in(folder: Path) -> LocalIssuer:
    """Who signs in a folder; ends the command where no key is: what a new one signed would be believed nowhere."""
    if not (folder / KEY_FILE).exists():
        where = f"{folder / KEY_FILE} 没有签发密钥 no token key is here"
        raise typer.Exit(say(f"{where}: shenguan up --data {folder}；compose: --data / --issuer secrets/issuer"))
    return State(folder.resolve()).issuer()


@contextmanager
def asking(data: Path, name: str = "administrator") -> Iterator[httpx.Client]:
    """A client of the running district, speaking as one of the sample's people."""
    url = running_at(data)["url"]
    headers = {"Authorization": f"Bearer {issuer_in(data).issue(caller_of(person(name)))}"}
    with httpx.Client(base_url=url, headers=headers, timeout=30) as client:
        try:
            yield client
        except httpx.TransportError:
            raise typer.Exit(say(f"{url} 没有应答 does not answer: shenguan doctor --data {data}")) from None


def give(client: httpx.Client, path: str, body: Any, headers: Mapping[str, str] | None = None) -> httpx.Response:
    """Give a command once: under a key of its own."""
    return client.post(path, json=body, headers={"Idempotency-Key": str(uuid4()), **(headers or {})})


def checked(answer: httpx.Response) -> Any:
    """The answer's content; a refusal ends the command with its own words."""
    if answer.is_error:
        if "json" not in answer.headers.get("content-type", ""):
            raise typer.Exit(say(f"{answer.url} 应答 answered HTTP {answer.status_code}"))
        problem = answer.json()
        faults = [f"{fault['field']}：{fault['detail']}" for fault in problem.get("errors", ())]
        raise typer.Exit(say("\n".join([f"{problem['detail']}  [{problem['code']}]", *faults])))
    return answer.json()


def secret_of(text: str) -> Secret:
    """A receiver's secret as it was typed; ends the command where it is none."""
    try:
        return Secret(text)
    except PydanticCustomError as wrong:
        raise typer.BadParameter(wrong.message(), param_hint="--secret") from None


def say(text: str) -> int:
    """Tell it on stderr as it is written, each line whole; returns the exit code 1."""
    Console(stderr=True).print(text, markup=False, highlight=False, soft_wrap=True)
    return 1
