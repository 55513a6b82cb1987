"""How does an office take part in a draw? 随机数提供程序: python3 contribute.py declaration.json DEPARTMENT.

One file, standard library only, run by the contributor and not by the server that draws: it makes 32 random bytes,
keeps them in a file that only its owner may read, and prints the commitment to send. After the close, send what the
file holds. Exit: 0 the number was made (已生成), 2 it was not (未生成).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import secrets
import sys
from pathlib import Path


class Unfit(Exception):
    """This declaration asks for nothing from this office, or cannot be read here."""


def tagged(tag: str, *parts: bytes) -> bytes:
    """T of docs/draw-specification.md, by SHA-256."""
    pieces = (("shenguan-draw/1/" + tag).encode(), *parts)
    return hashlib.sha256(b"".join(len(piece).to_bytes(4, "big") + piece for piece in pieces)).digest()


def commitment(declaration: bytes, contributor: str, number: bytes) -> str:
    """What binds an office to its number without telling it, hex. Raises Unfit."""
    try:
        said = json.loads(declaration)
        hashing, contributors = said["hashing"], said["contributors"]
    except (ValueError, KeyError, TypeError) as reason:
        raise Unfit("不是抽取公告 · this is no declaration") from reason
    if hashing != "sha256":
        raise Unfit(f"本程序只识 sha256 · this program knows sha256 only, not {hashing}")
    if contributor not in contributors:
        raise Unfit(f"公告未列此部门 · the declaration names {', '.join(contributors)}")
    return tagged("commit", tagged("declared", declaration), contributor.encode(), number).hex()


def keep(file: Path, number: bytes) -> None:
    """Write the number where only its owner reads it; raises FileExistsError rather than replace one."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as target:
        target.write(number.hex() + "\n")


def main() -> int:
    """Read the command line, make the number, print the commitment, return the exit code."""
    parser = argparse.ArgumentParser(description="提供抽取随机数 · contribute randomness to a draw")
    parser.add_argument("declaration", help="公告文件 · the declaration's file, as the server gave it")
    parser.add_argument("department", help="本部门代码 · the code of your department")
    given = parser.parse_args()
    file = Path(given.declaration).with_suffix(f".{given.department}.number")
    number = secrets.token_bytes(32)  # allow chance: a contributor's own number, which no rule may make
    try:
        promised = commitment(Path(given.declaration).read_bytes(), given.department, number)
        keep(file, number)
    except (Unfit, OSError) as reason:
        lines, code = f"未生成 · not made: {reason}", 2
    else:
        lines, code = f"承诺值 commitment: {promised}\n随机数保存于 the number is kept in: {file}", 0
    sys.stdout.buffer.write((lines + "\n").encode())
    return code


if __name__ == "__main__":
    sys.exit(main())
