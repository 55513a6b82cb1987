"""A slice that its service forgot would be silent: it is found."""

from approval_svc.app import service as approval
from checks.facts import House
from checks.mounting import mounting
from checks.sources import Source


def house_with(noun: str) -> House:
    path = f"services/approval-svc/approval_svc/{noun}/rules.py"
    return House([Source(path, f"approval_svc.{noun}.rules", "")], (approval,), (), ())


def test_a_slice_that_its_service_names_is_in_order() -> None:
    assert mounting(house_with("cases")) == []


def test_a_slice_that_no_app_names_is_found() -> None:
    (finding,) = mounting(house_with("hearings"))

    assert finding.rule == "unmounted-slice"
    assert "approval_svc.hearings" in finding.what
