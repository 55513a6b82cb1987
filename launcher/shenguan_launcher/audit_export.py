"""How are all journals taken along, and verified where no service runs?

<service>.json     its keys, and what it witnessed of the others
<service>.jsonl    its log: a line for each seal with what lies under it
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
import typer

from shenguan_chassis.journal.comparing import Witnessed
from shenguan_chassis.journal.exporting import imported
from shenguan_chassis.journal.verifying import verify_export

from .asking import say
from .chains import Chain, judge, witnessed_by
from .reaching import Service


def write_export(services: Mapping[str, Service], out: Path) -> None:
    """Write the journals of all services; what was witnessed is read first: a log only grows meanwhile."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, service in services.items():
            seen = [
                {"source": source, "seal": one.seal, "last": one.last, "head": one.head.hex(), "key": one.key.hex()}
                for source, one in witnessed_by(service)
            ]
            about = {"keys": [key["key"] for key in service.get("/journal/keys")["keys"]], "witnessed": seen}
            bundle.writestr(f"{name}.json", orjson.dumps(about))
        for name, service in services.items():
            with bundle.open(f"{name}.jsonl", "w", force_zip64=True) as log:
                for page in _pages(service):
                    log.write(orjson.dumps(page) + b"\n")


def verified_export(file: Path) -> dict[str, Chain]:
    """The verdict on every log of an export; ends the command where it cannot be read."""
    try:
        with zipfile.ZipFile(file) as bundle:
            names = [name.removesuffix(".json") for name in bundle.namelist() if name.endswith(".json")]
            about = {name: orjson.loads(bundle.read(f"{name}.json")) for name in names}
            chains = {name: _chain(bundle, name, about[name]["keys"]) for name in names}
            for name, chain in chains.items():
                judge(chain, [one for by in names for source, one in _seen(by, about[by]) if source == name])
    except OSError as error:
        say(f"{file}：无法读取 cannot be read（{error.strerror}）")
        raise typer.Exit(2) from None
    except (zipfile.BadZipFile, ValueError, KeyError, TypeError) as broken:
        raise typer.Exit(say(f"{file} 不是可读的导出文件 cannot be read: {type(broken).__name__}")) from None
    return chains


def _pages(service: Service) -> Iterator[Any]:
    after = 0
    while (page := service.get("/journal/export", after=after))["seals"]:
        yield page
        after = page["seals"][-1]["number"]


def _chain(bundle: zipfile.ZipFile, name: str, keys: list[str]) -> Chain:
    known = {bytes.fromhex(key) for key in keys}
    with bundle.open(f"{name}.jsonl") as log:
        pages = [orjson.loads(line) for line in log]
    if not pages:
        return Chain(keys=known)
    seals = imported(seal for page in pages for seal in page["seals"])
    verdict = verify_export(pages[0]["source"], known, seals)
    return Chain(
        entries=verdict.upto.last,
        seals=verdict.upto.seal,
        heads=verdict.heads,
        keys=known,
        findings=verdict.findings,
    )


def _seen(by: str, about: Mapping[str, Any]) -> Iterator[tuple[str, Witnessed]]:
    for one in about["witnessed"]:
        head, key = bytes.fromhex(one["head"]), bytes.fromhex(one["key"])
        yield one["source"], Witnessed(by, one["seal"], one["last"], head, key)
