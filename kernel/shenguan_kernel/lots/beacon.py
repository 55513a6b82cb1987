"""Which public value, that nobody here controls, goes into a draw, and from when on can it be known? (level 2)

Source, round and instant are declared before any randomness exists. A value is written in one way only: whoever could
choose a spelling could choose a panel.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from shenguan_chassis.refusals import Refusal
from shenguan_kernel.lots.names import is_settled_name

QUICKNET = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
"""The chain hash of drand's quicknet: each round's signature stands alone."""
MAINNET = "8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce"
"""The chain hash of drand's first network: each signature is over the one before it, so both are written."""

_LAST_ROUND = 10**10
_NUMBERS = re.compile(r"(0|[1-9][0-9]{0,5})( (0|[1-9][0-9]{0,5})){0,63}")
_NO_BEACON = b""


class BeaconUnusable(Refusal, status=422, rule="R30"):
    """公共随机源有误：须写明来源、期号和公布时间（晚于公开截止时间）；drand 限 quicknet 与主网，公布时间按轮次推算。"""


class BeaconMalformed(Refusal, status=422, rule="R30"):
    """公共随机值格式有误：号码按公布顺序填写，空一格，不加前导零；drand 填该轮签名，主网再接前一轮签名。"""


class BeaconTooEarly(Refusal, rule="R30"):
    """公共随机源尚未公布：公布时间之前不得录入，请届时再办。"""


class BeaconKind(StrEnum):
    """公共随机源的种类."""

    DRAND = "drand"
    """drand 公共信标"""
    LOTTERY = "lottery"
    """公开彩票开奖号码"""
    DICE = "dice"
    """当众掷骰"""


@dataclass(frozen=True, slots=True)
class _Network:
    """One drand network: when round 1 was, how often there is one, and how a round is written."""

    genesis: datetime
    period: timedelta
    value: re.Pattern[str]

    def due(self, number: int) -> str:
        return instant(self.genesis + (number - 1) * self.period)


@dataclass(frozen=True, slots=True)
class Beacon:
    """公共随机源: raises BeaconUnusable unless everything that could be chosen afterwards is fixed."""

    kind: BeaconKind
    source: str
    """For drand the chain hash; else which lottery, or where dice are thrown before whom."""
    round: str
    due: str
    """From when on the value can be known, an instant as the declaration writes it."""

    def __post_init__(self) -> None:
        named = is_settled_name(self.source) and is_settled_name(self.round)
        if not named or (self.kind is BeaconKind.DRAND and not self._is_a_round()):
            raise BeaconUnusable(source=self.source, round=self.round, due=self.due)

    def _is_a_round(self) -> bool:
        numbered = self.round.isascii() and self.round.isdigit() and self.round[0] != "0"
        if self.source not in _NETWORKS or not numbered or int(self.round) > _LAST_ROUND:
            return False
        return self.due == _NETWORKS[self.source].due(int(self.round))


def beacon_bytes(beacon: Beacon | None, value: str | None) -> bytes:
    """What of a public value enters the draw: drand's randomness, or the numbers as text. Raises BeaconMalformed."""
    if beacon is None:
        return _NO_BEACON
    form = _NETWORKS[beacon.source].value if beacon.kind is BeaconKind.DRAND else _NUMBERS
    if value is None or not form.fullmatch(value):
        raise BeaconMalformed(kind=beacon.kind)
    return sha256(bytes.fromhex(value)).digest() if beacon.kind is BeaconKind.DRAND else value.encode()


def instant(at: datetime) -> str:
    """An instant as declarations write it; texts so written compare as the instants do."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


_NETWORKS = {
    QUICKNET: _Network(datetime.fromtimestamp(1692803367, UTC), timedelta(seconds=3), re.compile(r"[0-9a-f]{96}")),
    MAINNET: _Network(datetime.fromtimestamp(1595431050, UTC), timedelta(seconds=30), re.compile(r"[0-9a-f]{384}")),
}
