"""How is the evidence of all services joined into one file, and how is such a file checked?"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from shenguan_chassis.evidence import verify_evidence as verifier
from shenguan_chassis.journal.head import Statement

from .asking import Data, say
from .reaching import Issuer, Reach, Service, Token, Urls, reached

_console = Console(highlight=False)
_MOST_SUBJECTS = 64
_FURTHEST = 4
_WITNESSED_WITHIN = 15.0


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle as it was joined: its bytes, and what it is about."""

    raw: bytes
    subjects: list[str]


def evidence(  # noqa: PLR0913, PLR0917 - the options of one command
    what: Annotated[str, typer.Argument(help="对象 such as case/0198…; or: verify")],
    file: Annotated[Path | None, typer.Argument(help="待核验的证据包 the bundle to verify.")] = None,
    out: Annotated[Path | None, typer.Option(help="写到哪里 where the bundle is written.")] = None,
    data: Data = Path("data"),
    urls: Urls = "",
    issuer: Issuer = Path("secrets/issuer"),
    token: Token = "",
) -> None:
    """证据: join every service's proof of what happened to a thing into one file; `evidence verify FILE` checks it."""
    if what == "verify":
        _verify(file)
        return
    with reached(Reach.of(data, urls, issuer, token, by="auditor")) as services:
        bundle = joined(services, what)
    path = out or Path(f"evidence-{what.replace('/', '-')}.zip")
    path.write_bytes(bundle.raw)
    _console.print(
        f"{path}：{len(bundle.raw) >> 10} kB，{len(bundle.subjects)} 个关联对象\n" + "\n".join(bundle.subjects)
    )


def joined(services: Mapping[str, Service], subject: str) -> Bundle:
    """The bundle of a subject and of what its story leads to.

    What the others witnessed is read first, each service then shows its way to the heads that they saw. Until the
    newest of what is told is witnessed by somebody, it is asked again, for some seconds.
    """
    subjects = story_of(services, subject)
    until = time.monotonic() + _WITNESSED_WITHIN
    while True:
        parts = _parts(services, subjects)
        if _is_witnessed(parts) or time.monotonic() > until:
            return Bundle(_bundled(parts, subject), subjects)
        time.sleep(0.2)


def story_of(services: Mapping[str, Service], subject: str) -> list[str]:
    """The subject, what names it, what names that, and so on; and what all of them name, which is not followed."""
    told, ahead, named = [subject], [subject], set[str]()
    for _ in range(_FURTHEST):
        further: list[str] = []
        for one in ahead:
            links = [service.get("/evidence/links", subject=one) for service in services.values()]
            named |= {name for found in links for name in found["names"]}
            further += sorted({name for found in links for name in found["named_by"]} - {*told, *further})
        told += further
        ahead = further
    return [*told, *sorted(named - set(told))][:_MOST_SUBJECTS]


def _parts(services: Mapping[str, Service], subjects: list[str]) -> dict[str, Any]:
    """Every service's part. Logs grow meanwhile: the heads to be shown are those that were seen when first asked."""
    through: dict[str, list[int]] = {name: [] for name in services}
    seen: dict[str, list[str]] = {name: [] for name in services}
    for name, service in services.items():
        for head in service.get("/evidence", subject=subjects)["part"]["witnessed"]:
            statement = Statement.read(head["statement"])
            through[statement.service].append(statement.seal)
            seen[name].append(f"{statement.service}:{statement.seal}")
    return {
        name: service.get("/evidence", subject=subjects, through=through[name], seen=seen[name])
        for name, service in services.items()
    }


def _is_witnessed(parts: Mapping[str, Any]) -> bool:
    newest: dict[str, int] = {}
    for given in parts.values():
        for head in given["part"]["witnessed"]:
            statement = Statement.read(head["statement"])
            newest[statement.service] = max(statement.seal, newest.get(statement.service, 0))
    return all(
        entry["seal"] <= newest.get(name, 0) for name, given in parts.items() for entry in given["part"]["entries"]
    )


def verifier_source() -> bytes:
    """核验程序: `verify_evidence.py` as shipped, one file of standard-library Python."""
    return files("shenguan_chassis.evidence").joinpath(verifier.VERIFIER).read_bytes()


def _bundled(parts: Mapping[str, Any], subject: str) -> bytes:
    found = {verifier.VERIFIER: verifier_source()}
    for name, given in parts.items():
        signed = {key: given[key] for key in ("part", "key", "signature")}
        found[f"parts/{name}.json"] = verifier.canonical(signed)
        for file, text in given["attachments"].items():
            found[f"attachments/{name}/{file}"] = text.encode()
    told = verifier.readme(subject, {name: given["part"] for name, given in parts.items()})
    found[verifier.README] = told.encode()
    listed = {name: hashlib.sha256(content).hexdigest() for name, content in found.items()}
    manifest = {"format": verifier.FORMAT, "subject": subject, "files": listed}
    return verifier.packed({**found, verifier.MANIFEST: verifier.canonical(manifest)})


def _verify(file: Path | None) -> None:
    try:
        lines = verifier.check(_read(file))
    except verifier.Rejected as why:
        raise typer.Exit(say(f"✗ 不成立 rejected\n{why}")) from None
    _console.print("\n".join(["[bold green]✓ 成立 holds[/bold green]", *lines]))


def _read(file: Path | None) -> bytes:
    """The bytes of a bundle; ends the command with 2 where there are none: nothing was found out about it."""
    try:
        if file is not None:
            return file.read_bytes()
        say("请写明证据包文件 name the bundle: shenguan evidence verify FILE.zip")
    except OSError as error:
        say(f"{file}：无法读取 cannot be read（{error.strerror}）")
    raise typer.Exit(2)
