"""A code that two refusals of one service share tells a program nothing: it is found."""

import sys
from types import ModuleType

import pytest

from checks.codes import distinct_codes
from checks.facts import House
from checks.sources import Source
from shenguan_chassis.refusals import Refusal


def house_with(*modules: str, monkeypatch: pytest.MonkeyPatch) -> House:
    """Modules that each refuse with a SameHand."""
    sources = []
    for name in modules:
        module = ModuleType(name)
        refusal = type("SameHand", (Refusal,), {"__module__": name, "__doc__": "换一个人。"}, rule="R30")
        module.SameHand = refusal  # type: ignore[attr-defined]  # as a class statement in it would
        monkeypatch.setitem(sys.modules, name, module)
        sources.append(Source(f"services/{name.replace('.', '/')}.py", name, "class SameHand(Refusal): ..."))
    return House(sources, (), (), ())


def test_two_services_may_use_the_same_word(monkeypatch: pytest.MonkeyPatch) -> None:
    house = house_with("one_svc.draws.rules", "other_svc.draws.rules", monkeypatch=monkeypatch)

    assert distinct_codes(house) == []


def test_two_refusals_of_one_service_with_one_code_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    house = house_with("one_svc.draws.rules", "one_svc.lists.rules", monkeypatch=monkeypatch)

    (finding,) = distinct_codes(house)

    assert finding.path == "services/one_svc/lists/rules.py"
    assert "same_hand" in finding.what
