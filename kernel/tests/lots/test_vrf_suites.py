"""RFC 9381's second suite over our curve: the draws use TAI alone, yet all that follows its hash to a point is general.

The map to the curve (RFC 9380, edwards25519_XMD:SHA-512_ELL2_NU_) is written here from the RFC over the verifier's
arithmetic, so that the three ELL2 examples hold the service's proofs and the verifier's curve at once.
"""

import hashlib
from dataclasses import dataclass

import pytest

from shenguan_kernel.lots import verify_draw, vrf
from shenguan_kernel.lots.verify_draw import BASE, P, Point, Q, decode, encode, plus, times

ELL2_OCTET = b"\x04"
MONTGOMERY = 486662
MINUS_ONE_ROOT = pow(2, (P - 1) // 4, P)


@dataclass(frozen=True, kw_only=True)
class Example:
    """An example as RFC 9381 prints it, in hexadecimal."""

    secret: str
    public: str
    alpha: str
    point: str
    nonce: str
    u: str
    v: str
    proof: str
    beta: str


# RFC 9381, appendix B.4, examples 19, 20 and 21.
RFC_EXAMPLES = [
    Example(
        secret="9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        public="d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        alpha="",
        point="b8066ebbb706c72b64390324e4a3276f129569eab100c26b9f05011200c1bad9",
        nonce="55cbb247af9b8372259a97b2cfec656d78868deb33b203d51b9961c364522400",
        u="762f5c178b68f0cddcc1157918edf45ec334ac8e8286601a3256c3bbf858edd9",
        v="4652eba1c4612e6fce762977a59420b451e12964adbe4fbecd58a7aeff5860af",
        proof="7d9c633ffeee27349264cf5c667579fc583b4bda63ab71d001f89c10003ab46f14adf9a3cd8b8412d9038531e865c341"
        "cafa73589b023d14311c331a9ad15ff2fb37831e00f0acaa6d73bc9997b06501",
        beta="9d574bf9b8302ec0fc1e21c3ec5368269527b87b462ce36dab2d14ccf80c53cc"
        "cf6758f058c5b1c856b116388152bbe509ee3b9ecfe63d93c3b4346c1fbc6c54",
    ),
    Example(
        secret="4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        public="3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        alpha="72",
        point="76ac3ccb86158a9104dff819b1ca293426d305fd76b39b13c9356d9b58c08e57",
        nonce="9565956daeedf376cad61b829b2a4d21ba1b52e9b3e2457477a64630a9711003",
        u="8ec26e77b8cb3114dd2265fe1564a4efb40d109aa3312536d93dfe3d8d80a061",
        v="fe799eb5770b4e3a5a27d22518bb631db183c8316bb552155f442c62a47d1c8b",
        proof="47b327393ff2dd81336f8a2ef10339112401253b3c714eeda879f12c509072ef055b48372bb82efbdce8e10c8cb9a2f9"
        "d60e93908f93df1623ad78a86a028d6bc064dbfc75a6a57379ef855dc6733801",
        beta="38561d6b77b71d30eb97a062168ae12b667ce5c28caccdf76bc88e093e463598"
        "7cd96814ce55b4689b3dd2947f80e59aac7b7675f8083865b46c89b2ce9cc735",
    ),
    Example(
        secret="c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        public="fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        alpha="af82",
        point="13d2a8b5ca32db7e98094a61f656a08c6c964344e058879a386a947a4e189ed1",
        nonce="1fda4077f737098b3f361c33a36cccafd7e9e9b720e1f84011254e25f37eed02",
        u="a012f35433df219a88ab0f9481f4e0065d00422c3285f3d34a8b0202f20bac60",
        v="fb613986d171b3e98319c7ca4dc44c5dd8314a6e5616c1a4f16ce72bd7a0c25a",
        proof="926e895d308f5e328e7aa159c06eddbe56d06846abf5d98c2512235eaa57fdce35b46edfc655bc828d44ad09d1150f31"
        "374e7ef73027e14760d42e77341fe05467bb286cc2c9d7fde29120a0b2320d04",
        beta="121b7f9b9aaaa29099fc04a94ba52784d44eac976dd1a3cca458733be5cd090a"
        "7b5fbd148444f17f8daf1fb55cb04b1ae85a626e30a54b4b0f8abf4a43314a58",
    ),
]


def root(square: int) -> int | None:
    """A square root modulo P, or None if there is none."""
    found = pow(square, (P + 3) // 8, P)
    for candidate in (found, found * MINUS_ONE_ROOT % P):
        if (candidate * candidate - square) % P == 0:
            return candidate
    return None


def root_of_sign(square: int, sign: int) -> int | None:
    found = root(square)
    return found if found is None or found % 2 == sign else -found % P


def field_element(message: bytes) -> int:
    """hash_to_field of RFC 9380 §5.2 for one element, by expand_message_xmd over SHA-512 (§5.3.1)."""
    tag = b"ECVRF_edwards25519_XMD:SHA-512_ELL2_NU_" + ELL2_OCTET
    tag += bytes([len(tag)])
    first = hashlib.sha512(bytes(128) + message + (48).to_bytes(2, "big") + b"\x00" + tag).digest()
    return int.from_bytes(hashlib.sha512(first + b"\x01" + tag).digest()[:48], "big") % P


def elligator2(element: int) -> tuple[int, int]:
    """The point of curve25519 (s, t) for a field element: RFC 9380 §6.7.1."""
    s = -MONTGOMERY * pow(1 + 2 * element * element, P - 2, P) % P
    for abscissa, sign in ((s, 1), ((-s - MONTGOMERY) % P, 0)):
        height = root_of_sign(abscissa * (abscissa * (abscissa + MONTGOMERY) + 1) % P, sign)
        if height is not None:
            return abscissa, height
    raise AssertionError("one of the two is always a square")


def edwards(s: int, t: int) -> Point:
    """The point of edwards25519 for one of curve25519: RFC 9380 §6.8.1."""
    scale = root_of_sign(-MONTGOMERY - 2, 0) or 0
    x, y = scale * s * pow(t, P - 2, P) % P, (s - 1) * pow(s + 1, P - 2, P) % P
    return x, y, 1, x * y % P


def encode_to_curve(public: bytes, alpha: bytes) -> bytes:
    """RFC 9381 §5.4.1.2, with the public key as salt."""
    return encode(times(8, edwards(*elligator2(field_element(public + alpha)))))


ELL2 = vrf.Suite(ELL2_OCTET, encode_to_curve)


def point_of(text: bytes) -> Point:
    found = decode(text)
    assert found is not None
    return found


@pytest.mark.parametrize("example", RFC_EXAMPLES)
def test_the_examples_of_the_second_suite_come_out_byte_for_byte(example: Example) -> None:
    key, alpha = vrf.VrfKey(bytes.fromhex(example.secret), ELL2), bytes.fromhex(example.alpha)

    proven = key.prove(alpha)

    assert (key.public.hex(), proven.hex()) == (example.public, example.proof)
    assert vrf.verify(key.public, alpha, proven, ELL2).hex() == example.beta


@pytest.mark.parametrize("example", RFC_EXAMPLES)
def test_every_step_between_is_the_one_that_the_rfc_prints(example: Example) -> None:
    public, proof = bytes.fromhex(example.public), bytes.fromhex(example.proof)
    nonce = int.from_bytes(bytes.fromhex(example.nonce), "little")
    challenge, response = int.from_bytes(proof[32:48], "little"), int.from_bytes(proof[48:], "little")

    h = encode_to_curve(public, bytes.fromhex(example.alpha))
    u = plus(times(response, BASE), times(Q - challenge, point_of(public)))
    v = plus(times(response, point_of(h)), times(Q - challenge, point_of(proof[:32])))

    assert (h.hex(), encode(u).hex(), encode(v).hex()) == (example.point, example.u, example.v)
    assert (encode(times(nonce, BASE)), encode(times(nonce, point_of(h)))) == (encode(u), encode(v))


@pytest.mark.parametrize("example", RFC_EXAMPLES)
def test_a_proof_of_the_second_suite_is_none_of_ours(example: Example) -> None:
    public, alpha = bytes.fromhex(example.public), bytes.fromhex(example.alpha)

    with pytest.raises(vrf.ProofRejected):
        vrf.verify(public, alpha, bytes.fromhex(example.proof))
    with pytest.raises(verify_draw.Rejected):
        verify_draw.vrf_output("$.proof", example.public, alpha, example.proof)
