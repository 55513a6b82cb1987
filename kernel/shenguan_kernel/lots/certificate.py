"""What does a certificate hold, and what is published before there can be one?"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from pydantic import TypeAdapter

from shenguan_kernel.lots.declaration import Declaration, EarlierAttempt, read_declaration
from shenguan_kernel.lots.encoding import canonical
from shenguan_kernel.lots.pool import Candidate, Snapshot
from shenguan_kernel.lots.rules import Drawn

FORMAT = "shenguan-draw-certificate/1"
_CANDIDATES = TypeAdapter(tuple[Candidate, ...])


@dataclass(frozen=True, slots=True)
class Announcement:
    """抽取公告 and the snapshot whose digest it holds."""

    declaration: Declaration
    pool: Snapshot

    def files(self) -> tuple[bytes, bytes]:
        """Declaration and pool as they are published: the bytes whose hashes everything after them holds on to."""
        return canonical(self.declaration.as_json()), canonical(self.pool.as_json())


def announced(declaration: str, pool: str) -> Announcement:
    """What `Announcement.files` wrote, read again. Raises pydantic.ValidationError if it is none."""
    candidates = _CANDIDATES.validate_json(pool)
    return Announcement(read_declaration(json.loads(declaration)), Snapshot(candidates))


def assemble(declaration: Declaration, pool: Snapshot, drawn: Drawn, earlier: Sequence[EarlierAttempt] = ()) -> bytes:
    """抽取证书: the file, byte for byte, that proves one draw; nothing beside it is needed to re-compute the panel."""
    return canonical(
        {
            "format": FORMAT,
            "declaration": declaration.as_json(),
            "pool": pool.as_json(),
            "earlier": [asdict(record) for record in earlier],
            "declared": drawn.declared.hex(),
            "commits": [contribution.commitment.hex() for contribution in drawn.contributions],
            "beacon": drawn.beacon,
            "closed": drawn.closed.hex(),
            "reveals": [contribution.secret.hex() for contribution in drawn.contributions],
            "alpha": drawn.alpha.hex(),
            "proof": drawn.proof.hex(),
            "beta": drawn.beta.hex(),
            "seed": drawn.seed.hex(),
            "index": str(drawn.index),
            "panel": list(drawn.panel),
        }
    )
