"""From seed to number: every number below F equally often, and always the same for one seed."""

import pytest

from shenguan_kernel.lots import verify_draw
from shenguan_kernel.lots.encoding import Hashing, tagged
from shenguan_kernel.lots.seed import index_below


def seeds(count: int) -> list[bytes]:
    return [tagged(Hashing.SHA256, "test-seed", number.to_bytes(4, "big")) for number in range(count)]


@pytest.mark.parametrize("bound", [1, 2, 3, 255, 256, 257, 2**64 + 1, 2**256, 2**256 + 1, 3**400])
@pytest.mark.parametrize("hashing", list(Hashing))
def test_service_and_verifier_read_the_same_number_from_a_seed(hashing: Hashing, bound: int) -> None:
    for seed in seeds(10):
        index = index_below(hashing, seed, bound)

        assert 0 <= index < bound
        assert verify_draw.index_below(hashing.value, seed, bound) == index


def test_a_single_lawful_panel_needs_no_randomness() -> None:
    assert {index_below(Hashing.SHA256, seed, 1) for seed in seeds(5)} == {0}


def test_a_bound_just_above_a_power_of_two_rejects_instead_of_wrapping_round() -> None:
    drawn = [index_below(Hashing.SHA256, seed, 5) for seed in seeds(5_000)]

    tally = [drawn.count(index) for index in range(5)]

    # A remainder of three bits would give 0, 1 and 2 twice as often as 3 and 4.
    assert max(tally) < 1.15 * min(tally)


def test_there_is_no_number_below_one() -> None:
    with pytest.raises(ValueError, match="no number below"):
        index_below(Hashing.SHA256, bytes(32), 0)
