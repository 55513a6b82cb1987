"""Who contributes randomness to a draw, and does what was revealed fit what was promised? (level 1)"""

from dataclasses import dataclass

from shenguan_chassis.refusals import Refusal
from shenguan_kernel.lots import chain
from shenguan_kernel.lots.declaration import Declaration
from shenguan_kernel.lots.encoding import Hashing

FEWEST_CONTRIBUTORS = 3
SECRET_BYTES = 32


class ContributorsInsufficient(Refusal, status=422, rule="R30"):
    """随机数提供方不足：一级、二级保证至少需要三个不同的提供方，并须写明先后两个截止时间；否则请按零级保证公告。"""


class ContributionMissing(Refusal, rule="R30"):
    """随机数提供方尚未全部提交或公开：请催交，或按托管程序开启后再抽取。"""


class RevealMismatch(Refusal, status=422, rule="R30"):
    """公开的随机数与此前的承诺不符：请提供方核对后重新公开。"""


@dataclass(frozen=True, slots=True)
class Contribution:
    """随机数: one contributor's commitment and the 32 bytes revealed after the close."""

    contributor: str
    commitment: bytes
    secret: bytes


def opened(
    declaration: Declaration, declared: bytes, contributions: tuple[Contribution, ...]
) -> tuple[Contribution, ...]:
    """Every declared contributor's contribution, in the declared order, its secret checked against its commitment.

    Raises ContributionMissing, RevealMismatch.
    """
    given = {contribution.contributor: contribution for contribution in contributions}
    missing = sorted(set(declaration.contributors) ^ set(given))
    if missing or len(given) != len(contributions):
        raise ContributionMissing(contributors=missing)
    for contribution in given.values():
        check(declaration.hashing, declared, contribution)
    return tuple(given[name] for name in declaration.contributors)


def check(hashing: Hashing, declared: bytes, contribution: Contribution) -> None:
    """Raise RevealMismatch unless this secret of 32 bytes is the one that was committed to."""
    promised = chain.commitment(hashing, declared, contribution.contributor, contribution.secret)
    if len(contribution.secret) != SECRET_BYTES or promised != contribution.commitment:
        raise RevealMismatch(contributor=contribution.contributor)
