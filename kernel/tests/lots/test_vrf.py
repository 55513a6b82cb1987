"""ECVRF-EDWARDS25519-SHA512-TAI in the service and in the verifier, held to RFC 9381 and to each other."""

import hashlib
from itertools import count
from random import Random

import pytest

from shenguan_kernel.lots import verify_draw, vrf

# RFC 9381, appendix B.3, examples 16, 17 and 18: secret, public key, alpha, proof, beta.
RFC_EXAMPLES = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "8657106690b5526245a92b003bb079ccd1a92130477671f6fc01ad16f26f723f26f8a57ccaed74ee1b190bed1f479d97"
        "27d2d0f9b005a6e456a35d4fb0daab1268a1b0db10836d9826a528ca76567805",
        "90cf1df3b703cce59e2a35b925d411164068269d7b2d29f3301c03dd757876ff"
        "66b71dda49d2de59d03450451af026798e8f81cd2e333de5cdf4f3e140fdd8ae",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "f3141cd382dc42909d19ec5110469e4feae18300e94f304590abdced48aed5933bf0864a62558b3ed7f2fea45c92a465"
        "301b3bbf5e3e54ddf2d935be3b67926da3ef39226bbc355bdc9850112c8f4b02",
        "eb4440665d3891d668e7e0fcaf587f1b4bd7fbfe99d0eb2211ccec90496310eb"
        "5e33821bc613efb94db5e5b54c70a848a0bef4553a41befc57663b56373a5031",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "9bc0f79119cc5604bf02d23b4caede71393cedfbb191434dd016d30177ccbf8096bb474e53895c362d8628ee9f9ea3c0"
        "e52c7a5c691b6c18c9979866568add7a2d41b00b05081ed0f58ee5e31b3a970e",
        "645427e5d00c62a23fb703732fa5d892940935942101e456ecca7bb217c61c45"
        "2118fec1219202a0edcf038bb6373241578be7217ba85a2687f7a0310b2df19f",
    ),
]
GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493
FIELD_PRIME = 2**255 - 19
SMALL_ORDER = [
    "0100000000000000000000000000000000000000000000000000000000000000",  # the identity
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  # order 2
    "0000000000000000000000000000000000000000000000000000000000000000",  # order 4
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",  # order 8
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
]
NOT_CANONICAL = [
    (FIELD_PRIME + 1).to_bytes(32, "little").hex(),  # the identity once more, y written as p + 1
    FIELD_PRIME.to_bytes(32, "little").hex(),
    (1 | 1 << 255).to_bytes(32, "little").hex(),  # x = 0 and yet called odd
    (2**256 - 1).to_bytes(32, "little").hex(),
]
KEY = vrf.VrfKey(bytes(range(32)))


def refused_by_both(public: bytes, alpha: bytes, proof: bytes) -> bool:
    """Whether service and verifier agree that this is no proof."""
    with pytest.raises(vrf.ProofRejected):
        vrf.verify(public, alpha, proof)
    with pytest.raises(verify_draw.Rejected):
        verify_draw.vrf_output("$.proof", public.hex(), alpha, proof.hex())
    return True


@pytest.mark.parametrize(("secret", "public", "alpha", "proof", "beta"), RFC_EXAMPLES)
def test_the_examples_of_the_rfc_come_out_byte_for_byte(
    secret: str, public: str, alpha: str, proof: str, beta: str
) -> None:
    key = vrf.VrfKey(bytes.fromhex(secret))

    proven = key.prove(bytes.fromhex(alpha))

    assert (key.public.hex(), proven.hex()) == (public, proof)
    assert vrf.verify(key.public, bytes.fromhex(alpha), proven).hex() == beta
    assert verify_draw.vrf_output("$.proof", public, bytes.fromhex(alpha), proven.hex()).hex() == beta


@pytest.mark.slow
def test_service_and_verifier_accept_the_same_proofs_with_the_same_output() -> None:
    chance = Random(9381)
    for _ in range(40):
        key, alpha = vrf.VrfKey(chance.randbytes(32)), chance.randbytes(chance.randrange(80))

        proof = key.prove(alpha)

        assert verify_draw.vrf_output("$.proof", key.public.hex(), alpha, proof.hex()) == vrf.verify(
            key.public, alpha, proof
        )


def test_a_proof_is_the_same_however_often_it_is_asked_for() -> None:
    assert KEY.prove(b"alpha") == KEY.prove(b"alpha")


@pytest.mark.slow
def test_no_bit_of_a_proof_can_be_turned() -> None:
    proof = KEY.prove(b"alpha")
    for place in range(len(proof)):
        forged = bytearray(proof)
        forged[place] ^= 1 << (place % 8)
        assert refused_by_both(KEY.public, b"alpha", bytes(forged))


def test_a_proof_is_bound_to_its_key_and_its_input() -> None:
    proof = KEY.prove(b"alpha")

    assert refused_by_both(KEY.public, b"another input", proof)
    assert refused_by_both(vrf.VrfKey(bytes(32)).public, b"alpha", proof)


def test_a_scalar_that_was_not_reduced_is_refused_although_it_means_the_same() -> None:
    proof = KEY.prove(b"alpha")
    twin = (int.from_bytes(proof[48:], "little") + GROUP_ORDER).to_bytes(32, "little")

    assert refused_by_both(KEY.public, b"alpha", proof[:48] + twin)


@pytest.mark.parametrize("point", SMALL_ORDER + NOT_CANONICAL)
def test_points_of_small_order_or_in_a_second_spelling_are_no_key_and_no_gamma(point: str) -> None:
    proof = KEY.prove(b"alpha")

    assert refused_by_both(bytes.fromhex(point), b"alpha", proof)
    assert refused_by_both(KEY.public, b"alpha", bytes.fromhex(point) + proof[32:])


@pytest.mark.parametrize("spelling", NOT_CANONICAL)
def test_a_point_has_one_spelling(spelling: str) -> None:
    assert verify_draw.decode(bytes.fromhex(spelling)) is None


def a_twin_proof(secret: bytes, alpha: bytes, remainder: int) -> tuple[bytes, bytes]:
    """A second proof that the holder of a key could make if Gamma were not held to the prime-order group.

    Gamma is moved by a point of order 8 and the nonce is searched until the challenge leaves this remainder by 8, so
    that the point vanishes from the equations: 0 where -c is applied to Gamma, the group order's own where q - c is.
    """
    expanded = hashlib.sha512(secret).digest()
    scalar = int.from_bytes(expanded[:32], "little") % 2**254 // 8 * 8 + 2**254
    public = verify_draw.encode(verify_draw.times(scalar, verify_draw.BASE))
    point = verify_draw.decode(vrf.encode_to_curve(public, alpha))
    torsion = verify_draw.decode(bytes.fromhex(SMALL_ORDER[4]))
    assert point is not None
    assert torsion is not None
    gamma = verify_draw.plus(verify_draw.times(scalar, point), torsion)
    for nonce in count(1):
        commitments = [verify_draw.times(nonce, verify_draw.BASE), verify_draw.times(nonce, point)]
        spoken = public + b"".join(map(verify_draw.encode, [point, gamma, *commitments]))
        challenge = hashlib.sha512(b"\x03\x02" + spoken + b"\x00").digest()[:16]
        if challenge[0] % 8 == remainder:
            break
    response = (nonce + int.from_bytes(challenge, "little") * scalar) % GROUP_ORDER
    return public, verify_draw.encode(gamma) + challenge + response.to_bytes(32, "little")


@pytest.mark.parametrize("remainder", [0, GROUP_ORDER % 8])
def test_the_holder_of_the_key_cannot_make_a_second_proof_by_moving_gamma(remainder: int) -> None:
    public, twin = a_twin_proof(bytes(range(32)), b"alpha", remainder)

    assert public == KEY.public
    assert vrf.output(twin) == vrf.output(KEY.prove(b"alpha"))
    assert refused_by_both(public, b"alpha", twin)


@pytest.mark.parametrize("length", [0, 79, 81])
def test_a_proof_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(vrf.ProofRejected):
        vrf.verify(KEY.public, b"alpha", KEY.prove(b"alpha").ljust(length, b"\x00")[:length])


def test_a_secret_of_another_length_makes_no_key() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        vrf.VrfKey(b"short")
