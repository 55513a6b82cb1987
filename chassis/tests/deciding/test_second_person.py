"""What must be done by two people is not done by one twice (四眼)."""

from __future__ import annotations

import pytest

from shenguan_chassis.refusals import SamePersonTwice, second_person


class SameReviewer(SamePersonTwice, rule="R0"):
    """复核人不得为经办人：请由另一人复核。"""


def test_whoever_acted_before_may_not_act_again() -> None:
    with pytest.raises(SamePersonTwice) as refused:
        second_person("p-1", "p-2", "p-1", case="c-1")

    assert (refused.value.status, refused.value.facts) == (403, {"case": "c-1"})


def test_another_person_may() -> None:
    second_person("p-3", "p-1", "p-2")


def test_where_the_law_acted_before_anybody_may() -> None:
    second_person("p-1", None)


def test_a_slice_says_it_in_its_own_words() -> None:
    with pytest.raises(SameReviewer) as refused:
        second_person("p-1", "p-1", refusal=SameReviewer)

    assert (refused.value.code, refused.value.status, refused.value.rule) == ("same_reviewer", 403, "R0")
