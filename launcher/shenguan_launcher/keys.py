"""How are master keys changed? A new generation in front, all sealed anew, the old one dropped: data stay readable.

    shenguan keys rotate      a new generation for the embedded district; it is used from its next start on
    shenguan keys rewrap      seal anew what older generations sealed, in bounded batches, while the district works
    shenguan keys show        which generations there are, what each seals, which may be dropped
    shenguan keys drop 1      take a generation away that nothing needs any more

A distributed district keeps its keys in files or a vault of its own: `new` makes an entry; `show` and `rewrap` are told
`--urls`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import httpx
import typer
from rich.console import Console
from rich.table import Table

from shenguan_chassis.durable_file import replace_durably
from shenguan_chassis.keys import KEY_FILE, master_keys, new_master_key, read_key_file
from shenguan_contracts.catalogue import SERVICES

from .asking import Data, checked, running_at, say
from .district import State
from .people import caller_of, person

_BATCH = 1000
_console = Console(highlight=False)
Urls = Annotated[str, typer.Option(help="分布式部署 approval=http://…,supervision=…,notify=…,expert=… (distributed)")]
Issuer = Annotated[Path, typer.Option(help="签发密钥目录 key folder of the distributed district's issuer.")]
Generation = Annotated[int, typer.Argument(min=1, max=65_535, help="代次 generation, such as 1 for k1.")]

keys = typer.Typer(help="主密钥: rotate the keys that seal personal data.", no_args_is_help=True)


@keys.command()
def new(generation: Generation) -> None:
    """生成一代主密钥: print a new entry for SHENGUAN_MASTER_KEYS; it is kept nowhere."""
    typer.echo(new_master_key(generation))


@keys.command()
def rotate(data: Data = Path("data")) -> None:
    """轮换: put a new generation in front; the running district uses it from its next start on."""
    path = State(data.resolve()).folder / KEY_FILE
    before = read_key_file(path)
    generation = max(master_keys(before)) + 1
    replace_durably(path, f"{new_master_key(generation)},{before}\n")
    _console.print(f"k{generation} 已生成，请备份 {path}，然后重新启动 made; back it up and restart: shenguan up")


@keys.command()
def show(data: Data = Path("data"), urls: Urls = "", issuer: Issuer = Path("secrets/issuer")) -> None:
    """查看: which generations there are, what each seals, which may be dropped."""
    table = Table("service", "current", "at hand", "seals", "may be dropped", box=None)
    with _asking(data, urls, issuer) as clients:
        for service in SERVICES:
            found = checked(clients[service].get(f"/{service}/v1/keys"))
            seals = [f"k{use['generation']} ({use['cipher']}): {use['data']}" for use in found["uses"]]
            current, at_hand = f"k{found['current']} ({found['cipher']})", _named(found["at_hand"])
            table.add_row(service, current, at_hand, "; ".join(seals) or "-", _named(found["droppable"]) or "-")
    _console.print(table)


@keys.command()
def rewrap(data: Data = Path("data"), urls: Urls = "", issuer: Issuer = Path("secrets/issuer")) -> None:
    """重新加密: seal anew with the current generation, a thousand rows at a time; may be stopped and begun again."""
    with _asking(data, urls, issuer) as clients:
        for service in SERVICES:
            rows = sum(_batches(clients[service], service))
            _console.print(f"{service}: {rows} 行 rows")


@keys.command()
def drop(generation: Generation, data: Data = Path("data")) -> None:
    """移除: take away a generation that nothing needs; the running district is asked first."""
    with _asking(data, "", Path()) as clients:
        for service in SERVICES:
            found = checked(clients[service].get(f"/{service}/v1/keys"))
            if generation in {found["current"], *(use["generation"] for use in found["uses"])}:
                raise typer.Exit(say(f"{service} 仍需要 k{generation} still needs it: shenguan keys rewrap"))
    path = State(data.resolve()).folder / KEY_FILE
    entries = [entry for entry in read_key_file(path).split(",") if not entry.startswith(f"k{generation}:")]
    replace_durably(path, ",".join(entries) + "\n")
    _console.print(f"k{generation} 已移除 dropped; {_named(master_keys(','.join(entries)))}")


def _batches(client: httpx.Client, service: str) -> Iterator[int]:
    done = _BATCH
    while done == _BATCH:
        answer = client.post(
            f"/{service}/v1/keys/rewrap", json={"most": _BATCH}, headers={"Idempotency-Key": str(uuid4())}
        )
        done = checked(answer)["rows"]
        yield done


@contextmanager
def _asking(data: Path, urls: str, issuer: Path) -> Iterator[dict[str, httpx.Client]]:
    """Each service's doors, as the security officer, who keeps the keys (三员)."""
    told = dict(part.split("=", 1) for part in urls.split(",")) if urls else {}
    state = State((issuer if told else data).resolve())
    bases = told or dict.fromkeys(SERVICES, running_at(data)["url"])
    headers = {"Authorization": f"Bearer {state.issuer().issue(caller_of(person('security-officer')))}"}
    clients = {name: httpx.Client(base_url=base, headers=headers, timeout=60) for name, base in bases.items()}
    try:
        yield clients
    except httpx.TransportError as lost:
        raise typer.Exit(say(f"没有应答 no answer: {type(lost).__name__}")) from None
    finally:
        for client in clients.values():
            client.close()


def _named(generations: Any) -> str:
    return ", ".join(f"k{generation}" for generation in generations)
