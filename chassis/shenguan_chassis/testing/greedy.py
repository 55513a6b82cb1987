"""What may a parser do that its child must not let it? Each thing by its word, for the tests of `confined`."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import gettempdir


def answer(raw: bytes) -> bytes:
    """What was given, in upper case; or the deed that it names."""
    match raw:
        case b"memory":
            return bytes(8 << 30)
        case b"processor":
            while True:
                pass
        case b"idle":
            os.read(os.pipe()[0], 1)
        case b"write":
            Path(gettempdir(), f"greedy-{os.getpid()}").write_bytes(b"x")
        case b"fail":
            raise RuntimeError
        case b"environment":
            return repr(dict(os.environ)).encode()
    return raw.upper()
