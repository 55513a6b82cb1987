"""Who takes the seat of a member that declines or does not come? (R30)

Replacement 1, 2, … of a draw is uniform among those who may be drawn, were never on this panel, and keep it lawful. Who
left, when and why does not enter the randomness: whoever could choose a reason could else choose a successor.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from pydantic import TypeAdapter

from shenguan_chassis.refusals import Refusal
from shenguan_kernel.lots import chain, vrf
from shenguan_kernel.lots.certificate import Announcement, announced
from shenguan_kernel.lots.encoding import canonical
from shenguan_kernel.lots.pool import Candidate
from shenguan_kernel.lots.requirement import Ineligible, PanelRule
from shenguan_kernel.lots.rules import VrfKeyChanged
from shenguan_kernel.lots.seed import index_below


class NotSeated(Refusal, rule="R30"):
    """该人员不在现任名单中（未抽中，或已经补抽替换）：请核对编号。"""


class NobodyToReplace(Refusal, rule="R30"):
    """没有可以补抽的合格人员：补抽后的名单须仍符合公告规则，请由另一人写明理由作废本次抽取，放宽规则后重新公告。"""


class SignatureMismatch(Refusal, status=422, rule="R30"):
    """谢绝签名不成立：须由本人以快照所列密钥对本次抽取签名；未登记密钥的，由两名见证人分别录入。"""


class Ground(StrEnum):
    """Why a seat is empty."""

    DECLINED = "declined"
    """谢绝"""
    NO_SHOW = "no_show"
    """无故缺席"""


@dataclass(frozen=True, slots=True)
class Departure:
    """离任: who leaves the panel, on which ground; a signature (hex) only of who declines by its own key.

    The signature is an ECVRF proof, as the server's are: for one key and one draw there is but one.
    """

    candidate: str
    ground: Ground
    signature: str | None = None


@dataclass(frozen=True, slots=True)
class Replacement:
    """补抽: one seat given anew; `head` holds this record and all before it."""

    candidate: str
    ground: Ground
    signature: str | None
    proof: str
    replacement: str
    head: str


@dataclass(frozen=True, slots=True)
class Seating:
    """现任名单: what a certificate says of a panel and of every seat given anew since."""

    announcement: Announcement
    declared: bytes
    seed: bytes
    panel: tuple[str, ...]
    replacements: tuple[Replacement, ...]

    @property
    def standing(self) -> tuple[str, ...]:
        """Who is on the panel now, in order."""
        left = {record.candidate for record in self.replacements}
        return tuple(sorted({*self.panel, *(record.replacement for record in self.replacements)} - left))

    @property
    def ever(self) -> frozenset[str]:
        """Who is or was on it: nobody is drawn to one panel twice."""
        return frozenset({*self.panel, *(record.replacement for record in self.replacements)})


def seating(certificate: str) -> Seating:
    """Read what `assemble` and `replaced` wrote."""
    held = json.loads(certificate)
    return Seating(
        announced(canonical(held["declaration"]).decode(), canonical(held["pool"]).decode()),
        bytes.fromhex(held["declared"]),
        bytes.fromhex(held["seed"]),
        tuple(held["panel"]),
        _RECORDS.validate_python(held["replacements"]),
    )


def replace_member(seated: Seating, leaving: Departure, key: vrf.VrfKey) -> Replacement:
    """补抽. Raises NotSeated, SignatureMismatch, NobodyToReplace, VrfKeyChanged: the panel stays as it was."""
    declaration = seated.announcement.declaration
    if leaving.candidate not in seated.standing:
        raise NotSeated(candidate=leaving.candidate, panel=seated.standing)
    if key.public.hex() != declaration.vrf_key:
        raise VrfKeyChanged(draw=declaration.draw)
    if leaving.signature is not None:
        check_signature(seated, leaving)
    open_to = successors(seated, leaving.candidate)
    if not open_to:
        raise NobodyToReplace(candidate=leaving.candidate)
    number = len(seated.replacements) + 1
    proof = key.prove(chain.replacement_alpha(declaration.hashing, seated.declared, number))
    seed = chain.replacement_seed(declaration.hashing, seated.seed, number, vrf.output(proof))
    drawn = open_to[index_below(declaration.hashing, seed, len(open_to))]
    unchained = Replacement(leaving.candidate, leaving.ground, leaving.signature, proof.hex(), drawn, "")
    return _chained(seated, unchained)


def successors(seated: Seating, leaving: str) -> tuple[str, ...]:
    """Who may take the seat, in the order of ids: never on this panel, and with them it is lawful."""
    declaration, pool = seated.announcement.declaration, seated.announcement.pool
    out = seated.ever | {one.candidate for one in declaration.ineligible if isinstance(one, Ineligible)}
    standing = frozenset(seated.standing) - {leaving}
    staying = [one for one in pool.candidates if one.id in standing]
    return tuple(
        one.id for one in pool.candidates if one.id not in out and _is_lawful([*staying, one], declaration.rule)
    )


def check_signature(seated: Seating, leaving: Departure) -> None:
    """Raise SignatureMismatch unless the candidate itself declines, by the key that the snapshot lists."""
    declaration = seated.announcement.declaration
    key = next((one.key for one in seated.announcement.pool.candidates if one.id == leaving.candidate), None)
    if key is None or leaving.ground is not Ground.DECLINED:
        raise SignatureMismatch(candidate=leaving.candidate)
    said = chain.decline(declaration.hashing, seated.declared, leaving.candidate)
    try:
        vrf.verify(bytes.fromhex(key), said, bytes.fromhex(leaving.signature or ""))
    except ValueError as reason:
        raise SignatureMismatch(candidate=leaving.candidate) from reason


def grown(certificate: str, record: Replacement) -> bytes:
    """The certificate with one seat given anew: the file before it is what remains without its last record."""
    held = json.loads(certificate)
    held["replacements"].append(asdict(record))
    return canonical(held)


def _chained(seated: Seating, record: Replacement) -> Replacement:
    head = bytes.fromhex(seated.replacements[-1].head) if seated.replacements else seated.seed
    content = {name: value for name, value in asdict(record).items() if name != "head"}
    chained = chain.replaced(seated.announcement.declaration.hashing, head, content)
    return Replacement(**{**content, "head": chained.hex()})


def _is_lawful(panel: Sequence[Candidate], rule: PanelRule) -> bool:
    departments = [one.department for one in panel]
    within = max(map(departments.count, departments)) <= rule.per_department
    return within and all(sum(map(least.is_met_by, panel)) >= least.count for least in rule.minimums)


_RECORDS = TypeAdapter(tuple[Replacement, ...])
