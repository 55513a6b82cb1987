"""Are the generated contracts those of the classes? Writes `schemas/` and `asyncapi.yaml`, or compares with `--check`.

python -m shenguan_contracts.generate            write them anew
python -m shenguan_contracts.generate --check    exit 1, one line per file that differs
python -m shenguan_contracts.generate --release  keep the present schemas under `released/<version>/`, once
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml

from .asyncapi import asyncapi
from .catalogue import sayings
from .control import NOTES
from .json_schema import envelope_schema, note_schema

ROOT = Path(__file__).resolve().parents[1]
"""The folder that holds the generated files."""
SCHEMAS, DOCUMENT, RELEASED = "schemas", "asyncapi.yaml", "released"
_HEAD = "# Generated from shenguan_contracts: edit the classes, then run `make contracts`.\n"


def generated() -> dict[str, str]:
    """Each generated file, by its path below `contracts/`."""
    schemas = {f"{SCHEMAS}/{name}.json": _json(schema) for name, schema in _schemas()}
    document = yaml.safe_dump(asyncapi(), allow_unicode=True, sort_keys=False, width=120)
    return schemas | {DOCUMENT: _HEAD + document}


def drifted(root: Path = ROOT) -> list[str]:
    """One line for each file that is not as the classes say."""
    wanted = generated()
    missing = [f"{path}: missing" for path in wanted if not (root / path).is_file()]
    surplus = [f"{path}: no class says it" for path in _written(root) if path not in wanted]
    changed = [
        f"{path}: differs from the classes"
        for path, text in wanted.items()
        if (root / path).is_file() and (root / path).read_text("utf-8") != text
    ]
    return sorted(missing + surplus + changed)


def write(root: Path = ROOT) -> None:
    """Write every file and remove what no class says any more."""
    wanted = generated()
    for path in _written(root):
        if path not in wanted:
            (root / path).unlink()
    _put(root, wanted)


def release(root: Path = ROOT) -> Path:
    """Keep the present schemas as those of this version; raises FileExistsError where it was released before."""
    folder = root / RELEASED / version("shenguan-contracts")
    if folder.exists():
        raise FileExistsError(f"{folder.name} was released before: raise the version first")
    _put(folder, {f"{name}.json": _json(schema) for name, schema in _schemas()})
    return folder


def _schemas() -> Iterator[tuple[str, Mapping[str, Any]]]:
    for service, event in sayings():
        yield f"{service}/{event.__name__}.v{event.version}", envelope_schema(event, service)
    for note in NOTES:
        yield f"control/{note.__name__}.v1", note_schema(note)


def _written(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in (root / SCHEMAS).rglob("*.json"))


def _json(schema: Mapping[str, Any]) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def _put(root: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")


def main(arguments: list[str] | None = None) -> int:
    """The command; answers the exit code."""
    parser = argparse.ArgumentParser(prog="python -m shenguan_contracts.generate", description=__doc__)
    act = parser.add_mutually_exclusive_group()
    act.add_argument("--check", action="store_true", help="compare only / 只比较")
    act.add_argument("--release", action="store_true", help="keep as released / 存为已发布版本")
    wish = parser.parse_args(arguments)
    if wish.check:
        return _report(drifted())
    if wish.release:
        release()
    write()
    return 0


def _report(lines: list[str]) -> int:
    for line in lines:
        sys.stdout.write(f"contracts/{line}; run `make contracts`\n")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
