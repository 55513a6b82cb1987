"""Nothing happens unsaid and nothing waits for what never comes: each such hole, planted, is found."""

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

import pytest

from approval_svc.app import service as approval
from checks.facts import House, Machine, Table
from checks.promised import PROMISED
from checks.sources import Source
from checks.transitions import transitions
from checks.transitions_page import transitions_page
from notify_svc.duties.rules import DUTIES
from shenguan_contracts.approval import CaseAccepted, CaseGranted, CaseSubmitted, LicenseDelivered
from shenguan_contracts.catalogue import CATALOGUE
from shenguan_contracts.duties import Duty
from shenguan_contracts.event import Event
from shenguan_contracts.notify import ObligationMet
from shenguan_kernel.machines import Transition


class Step(StrEnum):
    SUBMITTED = "submitted"
    REVIEWED = "reviewed"
    GRANTED = "granted"


RULES = "services/approval-svc/approval_svc/cases/rules.py"
TABLE: Table = {
    CaseSubmitted: Transition(to=Step.SUBMITTED),
    CaseAccepted: Transition((Step.SUBMITTED,), Step.REVIEWED),
    CaseGranted: Transition((Step.REVIEWED,), Step.GRANTED),
}
MACHINE = Machine(RULES, "approval_svc.cases", TABLE)


def source(text: str, path: str = RULES) -> Source:
    name = path.partition("-svc/")[2].removesuffix(".py").replace("/", ".")
    return Source(path, name, text)


def saying(events: Sequence[type[Event]]) -> list[Source]:
    """A slice of its owner for each event, that says it."""
    return [
        source(
            f"from {event.__module__} import {event.__name__}\nsaid = {event.__name__}(x=1)\n",
            f"services/{service}-svc/{service}_svc/{event.noun.replace('-', '_')}s/rules.py",
        )
        for event in events
        for service in [event.source or "approval"]
    ]


SAID = [event for event in CATALOGUE if event not in PROMISED]
HOUSE = House(saying(SAID), (), (MACHINE,), DUTIES)


def found(house: House) -> set[tuple[str, str]]:
    return {(finding.rule, finding.what) for finding in transitions(house)}


def without(*events: type[Event]) -> House:
    return replace(HOUSE, sources=saying([event for event in SAID if event not in events]))


def test_a_house_where_everything_is_said_is_in_order() -> None:
    assert found(HOUSE) == set()


def test_an_event_that_no_slice_says_is_found_where_it_is_defined() -> None:
    (finding,) = (finding for finding in transitions(without(ObligationMet)) if finding.rule == "unsaid-event")

    assert finding.path == "contracts/shenguan_contracts/notify.py"
    assert finding.what == "no slice says ObligationMet"


def test_a_duty_that_waits_for_an_event_nobody_says_is_found() -> None:
    assert ("duty-waits", "decide_case waits for CaseGranted, which nobody says") in found(without(CaseGranted))
    assert ("duty-waits", "decide_case waits for CaseAccepted, which nobody says") in found(without(CaseAccepted))


def test_a_duty_of_the_contracts_has_exactly_one_row() -> None:
    assert found(replace(HOUSE, duties=DUTIES[1:])) == {("duty-rows", "forward_document has 0 rows")}
    assert found(replace(HOUSE, duties=(*DUTIES, DUTIES[0]))) == {("duty-rows", "forward_document has 2 rows")}


def test_a_state_that_no_event_leads_to_is_found() -> None:
    table: Table = {**TABLE, CaseGranted: Transition((Step.REVIEWED,), Step.REVIEWED)}

    assert found(replace(HOUSE, machines=(replace(MACHINE, table=table),))) == {
        ("dead-state", "no event leads to Step.GRANTED")
    }


def test_an_event_said_of_a_thing_outside_its_machine_is_found() -> None:
    table: Table = {CaseSubmitted: Transition(to=Step.SUBMITTED)}
    cases = source(
        "from shenguan_contracts.approval import CaseGranted\nsaid = CaseGranted(x=1)\n",
    )

    house = replace(HOUSE, sources=[*HOUSE.sources, cases], machines=(replace(MACHINE, table=table),))

    assert ("event-outside-machine", "CaseGranted is said of a case and is in no transition") in found(house)


def test_only_the_owner_of_a_fact_says_it() -> None:
    foreign = source(
        "from shenguan_contracts.approval import CaseGranted as Granted\nsaid = Granted(x=1)\n",
        "services/expert-svc/expert_svc/draws/rules.py",
    )

    assert found(replace(HOUSE, sources=[*HOUSE.sources, foreign])) == {
        ("foreign-saying", "expert_svc.draws says CaseGranted, which is for approval to say")
    }


def test_a_state_is_taken_from_the_event_never_set_by_hand() -> None:
    by_hand = source("after = replace(case, state=Step.GRANTED)\n")
    by_step = source(
        "from dataclasses import replace\n\nafter = replace(case, state=step(TABLE, case.state, granted))\n"
    )

    assert found(replace(HOUSE, sources=[*HOUSE.sources, by_hand])) == {
        ("unsaid-change", "Step.GRANTED is set by hand")
    }
    assert found(replace(HOUSE, sources=[*HOUSE.sources, by_step])) == set()


@pytest.mark.parametrize(
    "text",
    [
        "said = ObligationMet(x=1)",
        "said = ObligationMet.model_construct(x=1)",
        "kind = {True: ObligationMet, False: ObligationMetLate}[in_time]\nsaid = kind(x=1)",
        "kind = ObligationMet if in_time else ObligationMetLate\nsaid = kind(x=1)",
    ],
)
def test_an_event_is_said_by_whatever_makes_it(text: str) -> None:
    made = source(
        "from shenguan_contracts.notify import ObligationMet, ObligationMetLate\n" + text,
        "services/notify-svc/notify_svc/obligations/rules.py",
    )

    assert replace(HOUSE, sources=[made]).said[ObligationMet] == ["notify_svc.obligations"]


@pytest.mark.parametrize(
    "text",
    [
        "def met(event: ObligationMet) -> ObligationMet:\n    return event",
        "isinstance(event, ObligationMet)",
        "TABLE = {ObligationMet: Transition(to=MET)}",
        "Met: TypeAlias = ObligationMet | ObligationMetLate",
        "match event:\n    case ObligationMet():\n        pass",
    ],
)
def test_an_event_that_is_only_spoken_of_is_not_said(text: str) -> None:
    spoken_of = source(
        "from shenguan_contracts.notify import ObligationMet, ObligationMetLate\n" + text,
        "services/notify-svc/notify_svc/obligations/rules.py",
    )

    assert replace(HOUSE, sources=[spoken_of]).said[ObligationMet] == []


def test_an_event_made_in_a_test_is_said_by_nobody() -> None:
    tested = replace(saying([ObligationMet])[0], is_test=True)

    assert replace(HOUSE, sources=[tested]).said[ObligationMet] == []


def test_a_reaction_whose_speaker_is_not_heard_never_runs() -> None:
    deaf = replace(approval, hears=("supervision",))

    assert ("unheard-event", "approval reacts to ObligationOverdue and hears none of ['notify']") in found(
        replace(HOUSE, services=(deaf,))
    )


def test_a_service_hears_nobody_for_nothing() -> None:
    curious = replace(approval, hears=(*approval.hears, "nowhere"))

    assert found(replace(HOUSE, services=(approval,))) == set()
    assert found(replace(HOUSE, services=(curious,))) == {
        ("idle-hearing", "approval hears nowhere and reacts to nothing of it")
    }


def test_the_page_joins_event_stream_transition_duty_and_effect() -> None:
    page = transitions_page(replace(HOUSE, services=(approval,)))

    assert "| `CaseAccepted` | 受理 | approval_svc.cases | case | submitted → reviewed |" in page
    assert "▶ decide_case<br>▶ decide_by_law<br>▶ assign_inspectors<br>■ examine_application" in page
    assert "| approval: `accept_by_silence` |" in page
    assert page.index("`CaseSubmitted`") < page.index("`CaseAccepted`") < page.index("`CaseGranted`")


def test_a_duty_that_is_opened_and_that_nobody_can_fulfil_is_found_unless_it_is_dormant() -> None:
    awake = tuple(replace(row, dormant=False) if row.duty is Duty.DELIVER_LICENSE else row for row in DUTIES)

    assert found(replace(HOUSE, duties=awake)) == {
        ("duty-hopeless", "deliver_license is opened, and nobody says what meets it")
    }


def test_a_duty_that_could_be_fulfilled_and_still_sleeps_is_found() -> None:
    house = replace(HOUSE, sources=saying([*SAID, LicenseDelivered]))

    assert ("duty-asleep", "deliver_license is dormant, and what meets it is said") in found(house)
