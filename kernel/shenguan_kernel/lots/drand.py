"""Did drand's network really sign this value for this round? Checked offline against the networks' public keys."""

import drand_verify

from shenguan_chassis.refusals import Refusal
from shenguan_kernel.lots.beacon import MAINNET, Beacon, beacon_bytes

_SIGNATURE_DIGITS = 192


class BeaconForged(Refusal, status=422, rule="R30"):
    """drand 签名不成立：所填不是该轮公布的签名，请核对轮次后重新录入。"""


def check_signature(beacon: Beacon, value: str) -> None:
    """Raise BeaconForged unless the network signed this round so; BeaconMalformed for what is no signature at all."""
    beacon_bytes(beacon, value)
    number = int(beacon.round)
    try:
        if beacon.source == MAINNET:
            drand_verify.verify_mainnet(number, value[_SIGNATURE_DIGITS:], value[:_SIGNATURE_DIGITS])
        else:
            drand_verify.verify_quicknet(number, value)
    except ValueError as reason:
        raise BeaconForged(round=beacon.round) from reason
