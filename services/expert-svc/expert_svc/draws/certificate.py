"""What does a certificate hold, and what is published before there can be one?"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from pydantic import TypeAdapter

from expert_svc.draws.declaration import Declaration, EarlierAttempt, read_declaration
from expert_svc.draws.encoding import canonical
from expert_svc.draws.pool import Expert, Snapshot
from expert_svc.draws.record import Published
from expert_svc.draws.rules import Drawn

FORMAT = "shenguan-draw-certificate/1"
_EXPERTS = TypeAdapter(tuple[Expert, ...])


@dataclass(frozen=True, slots=True)
class Announcement:
    """抽取公告 and the snapshot whose digest it holds."""

    declaration: Declaration
    pool: Snapshot


def published(draw_id: UUID, announced: Announcement) -> Published:
    """The announcement as its files: the bytes whose hashes everything after them holds on to."""
    return Published(
        draw_id=draw_id,
        declaration=canonical(announced.declaration.as_json()).decode(),
        pool=canonical(announced.pool.as_json()).decode(),
    )


def opened(kept: Published) -> Announcement:
    """What was published, read again."""
    return Announcement(read_declaration(json.loads(kept.declaration)), Snapshot(_EXPERTS.validate_json(kept.pool)))


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
