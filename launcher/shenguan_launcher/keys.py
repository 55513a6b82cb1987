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
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from shenguan_chassis.durable_file import replace_durably
from shenguan_chassis.keys import KEY_FILE, master_keys, new_master_key, read_key_file

from .asking import Data, say
from .district import State
from .reaching import Issuer, Reach, Service, Token, Urls, reached

_BATCH = 1000
_console = Console(highlight=False)
_OFFICER = "security-officer"
"""Who keeps the keys (三员)."""
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
def show(
    data: Data = Path("data"), urls: Urls = "", issuer: Issuer = Path("secrets/issuer"), token: Token = ""
) -> None:
    """查看: which generations there are, what each seals, which may be dropped."""
    table = Table("service", "current", "at hand", "seals", "may be dropped", box=None)
    with reached(Reach.of(data, urls, issuer, token, by=_OFFICER)) as services:
        for name, service in services.items():
            found = service.get("/keys")
            seals = [f"k{use['generation']} ({use['cipher']}): {use['data']}" for use in found["uses"]]
            current, at_hand = f"k{found['current']} ({found['cipher']})", _named(found["at_hand"])
            table.add_row(name, current, at_hand, "; ".join(seals) or "-", _named(found["droppable"]) or "-")
    _console.print(table)


@keys.command()
def rewrap(
    data: Data = Path("data"), urls: Urls = "", issuer: Issuer = Path("secrets/issuer"), token: Token = ""
) -> None:
    """重新加密: seal anew with the current generation, a thousand rows at a time; may be stopped and begun again."""
    with reached(Reach.of(data, urls, issuer, token, by=_OFFICER)) as services:
        for name, service in services.items():
            _console.print(f"{name}: {sum(_batches(service))} 行 rows")


@keys.command()
def drop(generation: Generation, data: Data = Path("data")) -> None:
    """移除: take away a generation that nothing needs; the running district is asked first."""
    with reached(Reach.of(data, "", Path(), "", by=_OFFICER)) as services:
        for name, service in services.items():
            found = service.get("/keys")
            if generation in {found["current"], *(use["generation"] for use in found["uses"])}:
                raise typer.Exit(say(f"{name} 仍需要 k{generation} still needs it: shenguan keys rewrap"))
    path = State(data.resolve()).folder / KEY_FILE
    entries = [entry for entry in read_key_file(path).split(",") if not entry.startswith(f"k{generation}:")]
    replace_durably(path, ",".join(entries) + "\n")
    _console.print(f"k{generation} 已移除 dropped; {_named(master_keys(','.join(entries)))}")


def _batches(service: Service) -> Iterator[int]:
    done = _BATCH
    while done == _BATCH:
        done = service.give("/keys/rewrap", {"most": _BATCH})["rows"]
        yield done


def _named(generations: Any) -> str:
    return ", ".join(f"k{generation}" for generation in generations)
