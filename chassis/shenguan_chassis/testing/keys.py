"""With which master key are services tried? One that everybody may know."""

from __future__ import annotations

import base64
from hashlib import sha256


def a_master_key(generation: int) -> str:
    """The entry of a generation, the same in every run."""
    return f"k{generation}:{base64.b64encode(sha256(b'a test, generation %d' % generation).digest()).decode()}"


MASTER_KEYS = a_master_key(1)
