"""When may a draw be declared, and which panel follows from it?

Pure: the same declaration, pool, key and contributions always give the same panel.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

from shenguan_chassis.refusals import Refusal
from shenguan_kernel.lots import chain, vrf
from shenguan_kernel.lots.beacon import Beacon, BeaconUnusable, beacon_bytes, instant
from shenguan_kernel.lots.census import AnyPool
from shenguan_kernel.lots.contributions import FEWEST_CONTRIBUTORS, Contribution, ContributorsInsufficient, opened
from shenguan_kernel.lots.declaration import Declaration, EarlierAttempt, PoolCommitment, chances
from shenguan_kernel.lots.encoding import Hashing
from shenguan_kernel.lots.escrow import CustodiansInsufficient, Custody
from shenguan_kernel.lots.names import is_settled_name
from shenguan_kernel.lots.panels import counted, lawful_panels
from shenguan_kernel.lots.relaxation import no_lawful_panel
from shenguan_kernel.lots.requirement import PanelRule, classes_of, ineligible_in
from shenguan_kernel.lots.seed import index_below


class IntentInconsistent(Refusal, status=422, rule="R30"):
    """抽取公告要素有误：编号、用途与此前各次的作废原因须为规范（NFC）短文字，密钥须为 32 字节，请更正后重新公告。"""


class PoolChanged(Refusal, rule="R30"):
    """候选名单快照与公告不一致：公告之后不得更换候选名单，请作废本次抽取并重新公告。"""


class VrfKeyChanged(Refusal, rule="R30"):
    """抽取密钥与公告不一致：请使用公告所列密钥，或作废本次抽取并重新公告。"""


@dataclass(frozen=True, slots=True)
class Intent:
    """抽取意向: what the caller decides before a draw is declared. Raises IntentInconsistent."""

    draw: str
    purpose: str
    rule: PanelRule
    vrf_key: bytes
    """The server's registered public key."""
    earlier: tuple[EarlierAttempt, ...] = ()
    hashing: Hashing = Hashing.SHA256
    contributors: tuple[str, ...] = ()
    commit_by: datetime | None = None
    reveal_by: datetime | None = None
    beacon: Beacon | None = None
    escrow: Custody | None = None
    snapshot: str | None = None
    """Digest of the pool's context, hex."""

    def __post_init__(self) -> None:
        reasons = [record.reason for record in self.earlier if record.reason is not None]
        if not all(map(is_settled_name, (self.draw, self.purpose, *reasons))) or len(self.vrf_key) != 32:
            raise IntentInconsistent(draw=self.draw)


@dataclass(frozen=True, slots=True)
class Drawn:
    """抽取结果: every step from the declaration to the panel."""

    declared: bytes
    contributions: tuple[Contribution, ...]
    closed: bytes
    alpha: bytes
    proof: bytes
    beta: bytes
    seed: bytes
    beacon: str | None
    """The public value as it was read; None below level 2."""
    index: int
    panel: tuple[str, ...]


def declare(intent: Intent, pool: AnyPool, at: datetime) -> Declaration:
    """公告抽取. Raises NoLawfulPanel with the conflicting parts of the rule if it allows no panel (R30).

    Also RuleTooIntricate, RuleInconsistent (a recusal of someone unknown), ContributorsInsufficient,
    CustodiansInsufficient and BeaconUnusable.
    """
    _refuse_weak_contributors(intent, at)
    left_out = ineligible_in(pool, intent.rule)
    panels = counted(classes_of(pool, intent.rule, left_out), intent.rule)
    if not panels.count:
        raise no_lawful_panel(pool, intent.rule)
    head = chain.history(intent.hashing, [asdict(record) for record in intent.earlier])
    return Declaration(
        draw=intent.draw,
        purpose=intent.purpose,
        attempt=len(intent.earlier) + 1,
        previous=head.hex() if head else None,
        declared_at=instant(at),
        hashing=intent.hashing,
        suite=vrf.SUITE,
        vrf_key=intent.vrf_key.hex(),
        rule=intent.rule,
        pool=commitment_of(intent.hashing, pool),
        ineligible=left_out,
        panels=str(panels.count),
        inclusion=chances(panels),
        assurance_level=_level(intent),
        contributors=tuple(sorted(intent.contributors)),
        commit_by=instant(intent.commit_by) if intent.commit_by else None,
        reveal_by=instant(intent.reveal_by) if intent.reveal_by else None,
        beacon=intent.beacon,
        escrow=intent.escrow,
        snapshot=intent.snapshot,
    )


def draw(
    declaration: Declaration,
    pool: AnyPool,
    key: vrf.VrfKey,
    contributions: tuple[Contribution, ...] = (),
    beacon: str | None = None,
) -> Drawn:
    """抽取. The panel that a declaration fixes once its contributions are open (R30).

    Raises PoolChanged, VrfKeyChanged, ContributionMissing, RevealMismatch or BeaconMalformed: the draw stays undone.
    """
    hashing = declaration.hashing
    if commitment_of(hashing, pool) != declaration.pool:
        raise PoolChanged(draw=declaration.draw)
    if key.public.hex() != declaration.vrf_key:
        raise VrfKeyChanged(draw=declaration.draw)
    declared = declaration.hash()
    given = opened(declaration, declared, contributions)
    public = beacon_bytes(declaration.beacon, beacon)
    closed = chain.closed(hashing, declared, [contribution.commitment for contribution in given])
    secrets = [contribution.secret for contribution in given]
    alpha = chain.alpha(hashing, closed, secrets, public)
    proof = key.prove(alpha)
    beta = vrf.verify(key.public, alpha, proof)
    seed = chain.seed(hashing, closed, secrets, public, beta)
    panels = lawful_panels(pool, declaration.rule)
    index = index_below(hashing, seed, panels.count)
    return Drawn(declared, given, closed, alpha, proof, beta, seed, beacon, index, panels.at(index))


def _refuse_weak_contributors(intent: Intent, at: datetime) -> None:
    names = set(intent.contributors)
    alone = intent.beacon is None and intent.escrow is None
    if not names and alone and intent.commit_by is None and intent.reveal_by is None:
        return
    enough = len(names) == len(intent.contributors) >= FEWEST_CONTRIBUTORS and all(map(is_settled_name, names))
    if (
        intent.commit_by is None
        or intent.reveal_by is None
        or not enough
        or not at < intent.commit_by < intent.reveal_by
    ):
        raise ContributorsInsufficient(contributors=sorted(names), fewest=FEWEST_CONTRIBUTORS)
    last = instant(intent.reveal_by)
    if intent.escrow is not None:
        if not instant(intent.commit_by) < intent.escrow.give_by < last < intent.escrow.open_by:
            raise CustodiansInsufficient(give_by=intent.escrow.give_by, open_by=intent.escrow.open_by)
        last = intent.escrow.open_by
    if intent.beacon is not None and intent.beacon.due <= last:
        raise BeaconUnusable(due=intent.beacon.due, last=last)


def _level(intent: Intent) -> int:
    """保证等级: what the draw may be called, and no more."""
    return 2 if intent.beacon else 1 if intent.contributors else 0


def commitment_of(hashing: Hashing, pool: AnyPool) -> PoolCommitment:
    """What a declaration holds of a pool instead of the pool."""
    return PoolCommitment(count=len(pool), digest=chain.pool_digest(hashing, pool.text).hex(), form=pool.form)
