"""What does a certificate hold?"""

from collections.abc import Sequence
from dataclasses import asdict

from expert_svc.draws.declaration import Declaration, EarlierAttempt
from expert_svc.draws.encoding import canonical
from expert_svc.draws.pool import Snapshot
from expert_svc.draws.rules import Drawn

FORMAT = "shenguan-draw-certificate/1"


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
