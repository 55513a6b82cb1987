"""Whatever is changed in a certificate, by accident or by a forger who re-computes every hash, is found."""

import json
import re
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from shenguan_kernel.lots import verify_draw
from shenguan_kernel.lots.encoding import Hashing, canonical, tagged
from shenguan_kernel.lots.vrf import VrfKey

KEY = VrfKey(bytes(range(32)))


def place_of_rejection(certificate: bytes) -> str | None:
    """Where the verifier says the certificate is wrong; None if it holds."""
    try:
        verify_draw.verify(certificate)
    except (verify_draw.Rejected, verify_draw.NoVerdict) as verdict:
        return str(verdict).partition(": ")[0]
    return None


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of everything in a certificate that is neither an object nor a list."""
    if isinstance(value, dict | list) and value:
        members = value.items() if isinstance(value, dict) else enumerate(value)
        for key, member in members:
            yield from leaves(member, (*path, key))
    else:
        yield path


def altered(value: Any) -> Any:
    """Another value of the same kind, so that only what it means is wrong."""
    match value:
        case None:
            return "2026-03-02T01:00:00Z"
        case int():
            return value + 1
        case "sha256":
            return "sm3"
        case "sm3":
            return "sha256"
        case []:
            return ["00" * 32]
        case str() if len(value) >= 64:
            return ("1" if value[0] == "0" else "0") + value[1:]
        case str() if value.isdigit():
            return str(int(value) + 1)
        case str():
            return value[:-1] + ("2" if value.endswith("1") else "1")


def with_change(certificate: Any, path: tuple[Any, ...]) -> Any:
    """A copy of the certificate with the leaf at this path altered."""
    changed = json.loads(json.dumps(certificate))
    holder = changed
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = altered(holder[path[-1]])
    return changed


def rehashed(certificate: Any) -> Any:
    """What a forger without the server's key can make good again in a draw without beacon: all but the proof."""
    declaration = certificate["declaration"]
    hashing = Hashing(declaration["hashing"])
    declaration["pool"]["digest"] = tagged(hashing, "pool", canonical(certificate["pool"])).hex()
    declared = tagged(hashing, "declared", canonical(declaration))
    secrets = [bytes.fromhex(secret) for secret in certificate["reveals"]]
    names = declaration["contributors"]
    commits = [
        tagged(hashing, "commit", declared, name.encode(), secret) for name, secret in zip(names, secrets, strict=True)
    ]
    closed = tagged(hashing, "closed", declared, *commits)
    alpha = tagged(hashing, "alpha", closed, *secrets, b"")
    certificate.update(declared=declared.hex(), commits=[commit.hex() for commit in commits])
    certificate.update(closed=closed.hex(), alpha=alpha.hex())
    return certificate


def mutations(certificate: bytes, places: range | list[int], chance: Random) -> Iterator[tuple[int, bytes]]:
    """The certificate with one byte replaced by another, once at random and once by a neighbour of the same kind."""
    for place in places:
        for replacement in (chance.choice([x for x in range(256) if x != certificate[place]]), certificate[place] ^ 1):
            yield place, certificate[:place] + bytes([replacement]) + certificate[place + 1 :]


def undetected(certificate: bytes, places: range | list[int]) -> list[int]:
    """Where a changed byte was not found, or found without naming a place."""
    chance = Random("mutations")
    return [place for place, mutant in mutations(certificate, places, chance) if not place_of_rejection(mutant)]


@pytest.mark.slow
def test_a_sample_of_changed_bytes_is_always_detected(
    certificate: bytes, open_certificate: bytes, beacon_certificate: bytes, grown_certificate: bytes
) -> None:
    chance = Random("sample")

    for original in (certificate, open_certificate, beacon_certificate, grown_certificate):
        assert undetected(original, chance.sample(range(len(original)), 80)) == []


@pytest.mark.whole
def test_every_changed_byte_is_detected(
    certificate: bytes, open_certificate: bytes, beacon_certificate: bytes, grown_certificate: bytes
) -> None:
    for original in (certificate, open_certificate, beacon_certificate, grown_certificate):
        assert undetected(original, range(len(original))) == []


def undetected_values(certificate: Any, paths: list[tuple[Any, ...]]) -> Iterator[tuple[tuple[Any, ...], str | None]]:
    """Changed values that were not found, or found neither where they stand nor in the hash that holds them."""
    holders = {
        "pool": "$.declaration.pool",
        "snapshot": "$.declaration.snapshot",
        "earlier": "$.declaration.previous",
        "reveals": "$.commits",
    }
    for path in paths:
        place = place_of_rejection(canonical(with_change(certificate, path)))
        own = "$." + ".".join(map(str, path))
        held = f"$.replacements.{path[1]}" if path[0] == "replacements" and path[1:] else holders.get(path[0], own)
        held = "$.declared" if path[0] == "declaration" else held
        if not place or not (own.startswith(place) or place.startswith((own, held, "$.pool", "$.declaration"))):
            yield path, place


def undetected_forgeries(certificate: Any, paths: list[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Changed values that were not found although the forger has no key, only every hash."""
    for path in paths:
        changed = with_change(certificate, path)
        if len(changed["reveals"]) != len(changed["declaration"]["contributors"]):
            continue
        forged = rehashed(changed)
        if forged != certificate and place_of_rejection(canonical(forged)) is None:
            yield path


def forgeable(certificate: Any) -> list[tuple[Any, ...]]:
    """What a forger can change and hide behind fresh hashes."""
    return [path for path in leaves(certificate) if path[0] in ("declaration", "pool", "reveals")]


@pytest.mark.slow
def test_changed_values_are_found_where_they_stand_or_in_the_hash_that_holds_them(open_certificate: bytes) -> None:
    certificate = json.loads(open_certificate)
    outer = [path for path in leaves(certificate) if path[0] not in ("declaration", "pool")]
    inner = [path for path in leaves(certificate) if path[0] in ("declaration", "pool")]

    assert list(undetected_values(certificate, outer + Random("values").sample(inner, 20))) == []


@pytest.mark.whole
def test_every_changed_value_is_found(certificate: bytes, open_certificate: bytes, grown_certificate: bytes) -> None:
    for original in map(json.loads, (certificate, open_certificate, grown_certificate)):
        assert list(undetected_values(original, list(leaves(original)))) == []


@pytest.mark.slow
def test_a_forger_who_recomputes_every_hash_still_lacks_the_proof(open_certificate: bytes) -> None:
    certificate = json.loads(open_certificate)
    sample = Random("forger").sample(forgeable(certificate), 30)

    assert list(undetected_forgeries(certificate, sample)) == []


@pytest.mark.whole
def test_no_forgery_of_any_value_is_accepted(certificate: bytes, open_certificate: bytes) -> None:
    for original in (json.loads(certificate), json.loads(open_certificate)):
        assert list(undetected_forgeries(original, forgeable(original))) == []


def test_a_server_that_declares_false_chances_is_found_out_even_with_a_valid_proof(certificate: bytes) -> None:
    forged = json.loads(certificate)
    forged["declaration"]["inclusion"][0]["probability"] = "1/2"
    rehashed(forged)
    forged["proof"] = KEY.prove(bytes.fromhex(forged["alpha"])).hex()

    assert place_of_rejection(canonical(forged)) == "$.declaration.inclusion.0.probability"


def test_a_server_that_seats_a_recused_candidate_is_found_out_even_with_a_valid_proof(certificate: bytes) -> None:
    forged = json.loads(certificate)
    forged["declaration"]["ineligible"] = [
        entry for entry in forged["declaration"]["ineligible"] if entry["candidate"] != "e-000004"
    ]
    rehashed(forged)
    forged["proof"] = KEY.prove(bytes.fromhex(forged["alpha"])).hex()

    assert place_of_rejection(canonical(forged)) == "$.declaration.ineligible"


def test_a_hidden_attempt_is_found_by_the_count(open_certificate: bytes) -> None:
    forged = json.loads(open_certificate)
    del forged["earlier"][0]

    assert place_of_rejection(canonical(forged)) == "$.declaration.attempt"


def test_a_second_spelling_of_the_same_certificate_is_no_certificate(certificate: bytes) -> None:
    spaced = json.dumps(json.loads(certificate), ensure_ascii=False, sort_keys=True).encode()

    assert place_of_rejection(certificate + b"\n") == f"byte {len(certificate)}"
    assert str(place_of_rejection(spaced)).startswith("byte ")


def test_a_sub_list_that_is_not_what_its_department_confirmed_is_found(grown_certificate: bytes) -> None:
    """Slipped into the document afterwards, digest and context hashed anew: the department's digest no longer fits."""
    forged = json.loads(grown_certificate)
    forged["snapshot"]["sub_lists"][0]["document"]["members"].append(
        {"id": "e-000022", "fields": ["消防"], "qualifications": []}
    )

    with pytest.raises(verify_draw.Rejected, match=re.escape("$.snapshot.sub_lists.0: ")):
        verify_draw.verify(verify_draw.canonical(forged))
