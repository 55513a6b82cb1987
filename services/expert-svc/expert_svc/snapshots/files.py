"""How is a snapshot read again from its two documents?"""

from __future__ import annotations

import json

from pydantic import TypeAdapter

from shenguan_kernel.lots.pool import Candidate, Snapshot

from . import rules
from .rules import Frozen, SnapshotFile
from .store import snapshot_id

_CANDIDATES = TypeAdapter(tuple[Candidate, ...])


def read_file(kept: SnapshotFile) -> Frozen:
    """Both documents of a snapshot, read again; raises SnapshotBroken."""
    taken = Snapshot(_CANDIDATES.validate_json(kept.candidates))
    return rules.opened(snapshot_id(kept.digest), kept, json.loads(kept.context), taken)
