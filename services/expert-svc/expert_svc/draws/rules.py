"""When may a draw be declared, and which panel follows from it?

Pure: the same declaration, pool, key and contributions always give the same panel.
"""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from expert_svc.draws import chain, vrf
from expert_svc.draws.declaration import Declaration, EarlierAttempt, PoolCommitment, chances
from expert_svc.draws.encoding import Hashing
from expert_svc.draws.panels import LawfulPanels, lawful_panels
from expert_svc.draws.pool import Snapshot
from expert_svc.draws.relaxation import no_lawful_panel
from expert_svc.draws.requirement import PanelRule, classes_of, ineligible_in
from expert_svc.draws.seed import index_below
from expert_svc.terms import is_settled_name
from shenguan_chassis.refusals import Refusal

FEWEST_CONTRIBUTORS = 3
SECRET_BYTES = 32
_NO_BEACON = b""


class IntentInconsistent(Refusal, status=422, rule="R30"):
    """抽取公告要素有误：编号、用途与此前各次的作废原因须为规范（NFC）短文字，密钥须为 32 字节，请更正后重新公告。"""


class ContributorsInsufficient(Refusal, status=422, rule="R30"):
    """随机数提供方不足：一级保证至少需要三个不同的提供方，并须写明提交与公开的截止时间；否则请按零级保证公告。"""


class PoolChanged(Refusal, rule="R30"):
    """专家库快照与公告不一致：公告之后不得更换专家库，请作废本次抽取并重新公告。"""


class VrfKeyChanged(Refusal, rule="R30"):
    """抽取密钥与公告不一致：请使用公告所列密钥，或作废本次抽取并重新公告。"""


class ContributionMissing(Refusal, rule="R30"):
    """随机数提供方尚未全部提交或公开：请催交，或按托管程序开启后再抽取。"""


class RevealMismatch(Refusal, status=422, rule="R30"):
    """公开的随机数与此前的承诺不符：请提供方核对后重新公开。"""


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

    def __post_init__(self) -> None:
        reasons = [record.reason for record in self.earlier if record.reason is not None]
        if not all(map(is_settled_name, (self.draw, self.purpose, *reasons))) or len(self.vrf_key) != 32:
            raise IntentInconsistent(draw=self.draw)


@dataclass(frozen=True, slots=True)
class Contribution:
    """随机数: one contributor's commitment and the 32 bytes revealed after the close."""

    contributor: str
    commitment: bytes
    secret: bytes


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
    index: int
    panel: tuple[str, ...]


def declare(intent: Intent, pool: Snapshot, at: datetime) -> Declaration:
    """公告抽取. Raises NoLawfulPanel with the conflicting parts of the rule if it allows no panel (R30).

    Also RuleTooIntricate, RuleInconsistent (a recusal of someone unknown) and ContributorsInsufficient.
    """
    _refuse_weak_contributors(intent)
    left_out = ineligible_in(pool, intent.rule)
    panels = LawfulPanels(classes_of(pool, intent.rule, left_out), intent.rule)
    if not panels.count:
        raise no_lawful_panel(pool, intent.rule)
    head = chain.history(intent.hashing, [asdict(record) for record in intent.earlier])
    return Declaration(
        draw=intent.draw,
        purpose=intent.purpose,
        attempt=len(intent.earlier) + 1,
        previous=head.hex() if head else None,
        declared_at=_instant(at),
        hashing=intent.hashing,
        suite=vrf.SUITE,
        vrf_key=intent.vrf_key.hex(),
        rule=intent.rule,
        pool=_commitment(intent.hashing, pool),
        ineligible=left_out,
        panels=str(panels.count),
        inclusion=chances(panels),
        assurance_level=1 if intent.contributors else 0,
        contributors=tuple(sorted(intent.contributors)),
        commit_by=_instant(intent.commit_by) if intent.commit_by else None,
        reveal_by=_instant(intent.reveal_by) if intent.reveal_by else None,
    )


def draw(
    declaration: Declaration, pool: Snapshot, key: vrf.VrfKey, contributions: tuple[Contribution, ...] = ()
) -> Drawn:
    """抽取. The panel that a declaration fixes once its contributions are open (R30).

    Raises PoolChanged, VrfKeyChanged, ContributionMissing or RevealMismatch; each leaves the draw undone.
    """
    hashing = declaration.hashing
    if _commitment(hashing, pool) != declaration.pool:
        raise PoolChanged(draw=declaration.draw)
    if key.public.hex() != declaration.vrf_key:
        raise VrfKeyChanged(draw=declaration.draw)
    declared = declaration.hash()
    opened = _opened(declaration, declared, contributions)
    closed = chain.closed(hashing, declared, [contribution.commitment for contribution in opened])
    secrets = [contribution.secret for contribution in opened]
    alpha = chain.alpha(hashing, closed, secrets, _NO_BEACON)
    proof = key.prove(alpha)
    beta = vrf.verify(key.public, alpha, proof)
    seed = chain.seed(hashing, closed, secrets, _NO_BEACON, beta)
    panels = lawful_panels(pool, declaration.rule)
    index = index_below(hashing, seed, panels.count)
    return Drawn(declared, opened, closed, alpha, proof, beta, seed, index, panels.at(index))


def _refuse_weak_contributors(intent: Intent) -> None:
    names = set(intent.contributors)
    if not names and intent.commit_by is None and intent.reveal_by is None:
        return
    enough = len(names) == len(intent.contributors) >= FEWEST_CONTRIBUTORS and all(map(is_settled_name, names))
    if not enough or intent.commit_by is None or intent.reveal_by is None or intent.reveal_by <= intent.commit_by:
        raise ContributorsInsufficient(contributors=sorted(names), fewest=FEWEST_CONTRIBUTORS)


def _opened(
    declaration: Declaration, declared: bytes, contributions: tuple[Contribution, ...]
) -> tuple[Contribution, ...]:
    """Every declared contributor's contribution, in the declared order, its secret checked against its commitment."""
    given = {contribution.contributor: contribution for contribution in contributions}
    missing = sorted(set(declaration.contributors) ^ set(given))
    if missing or len(given) != len(contributions):
        raise ContributionMissing(contributors=missing)
    for name, contribution in given.items():
        promised = chain.commitment(declaration.hashing, declared, name, contribution.secret)
        if len(contribution.secret) != SECRET_BYTES or promised != contribution.commitment:
            raise RevealMismatch(contributor=name)
    return tuple(given[name] for name in declaration.contributors)


def _commitment(hashing: Hashing, pool: Snapshot) -> PoolCommitment:
    return PoolCommitment(count=len(pool.experts), digest=chain.pool_digest(hashing, pool.as_json()).hex())


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
