"""What does a certificate hold, and what is published before there can be one?"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pydantic import TypeAdapter

from shenguan_kernel.lots.census import AnyPool, Census
from shenguan_kernel.lots.declaration import Declaration, EarlierAttempt, read_declaration
from shenguan_kernel.lots.encoding import canonical
from shenguan_kernel.lots.pool import Candidate, Snapshot
from shenguan_kernel.lots.rules import Drawn

FORMAT = "shenguan-draw-certificate/1"
FORMAT_OF_CENSUS = "shenguan-draw-certificate/2"
"""The pool is too long to print: kinds, and a proof for each number that is named."""
_CANDIDATES = TypeAdapter(tuple[Candidate, ...])


@dataclass(frozen=True, slots=True)
class Announcement:
    """抽取公告 and the snapshot whose digest it holds."""

    declaration: Declaration
    pool: Snapshot
    context: dict[str, Any] | None = None
    """What was published about the pool beside its list; its digest is the declaration's `snapshot`."""

    def files(self) -> tuple[bytes, bytes]:
        """Declaration and pool as they are published: the bytes whose hashes everything after them holds on to."""
        return canonical(self.declaration.as_json()), self.pool.text


def announced(declaration: str, pool: str, context: str | None = None) -> Announcement:
    """What `Announcement.files` wrote, read again. Raises pydantic.ValidationError if it is none."""
    candidates = _CANDIDATES.validate_json(pool)
    told = None if context is None else json.loads(context)
    return Announcement(read_declaration(json.loads(declaration)), Snapshot(candidates), told)


def assemble(
    declaration: Declaration,
    pool: AnyPool,
    drawn: Drawn,
    earlier: Sequence[EarlierAttempt] = (),
    context: dict[str, Any] | None = None,
) -> bytes:
    """抽取证书: the file, byte for byte, that proves one draw; nothing beside it is needed to re-compute the panel."""
    return canonical(
        {
            "format": FORMAT_OF_CENSUS if isinstance(pool, Census) else FORMAT,
            "declaration": declaration.as_json(),
            "pool": _shown(pool, declaration, drawn),
            "snapshot": context,
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
            "replacements": [],
        }
    )


def _shown(pool: AnyPool, declaration: Declaration, drawn: Drawn) -> Any:
    """The whole pool; of a census the kinds, and where those stand who were drawn or stood aside."""
    if not isinstance(pool, Census):
        return pool.as_json()
    named = {*drawn.panel, *(recusal.candidate for recusal in declaration.rule.recusals)}
    return {"kinds": pool.as_json(), "members": pool.proofs(named)}
