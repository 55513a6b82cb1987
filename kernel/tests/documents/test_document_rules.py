"""上级文件: received, passed on once to each recipient within the working day, confirmed by each (R17, R18)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from shenguan_kernel.documents import rules
from shenguan_kernel.documents.rules import ForwardingState, Incoming, PolicyDocument
from shenguan_kernel.receipt import ReceivedInFuture

MONDAY_9AM = datetime(2026, 3, 2, 1, tzinfo=UTC)
DOCUMENT = UUID(int=7)
HOLDER = "bureau"
_INCOMING = Incoming(
    department=HOLDER,
    title="关于加强危险化学品经营许可事中事后监管的通知",
    superior="山东省应急管理厅",
    recipients=("fire", "emergency"),
)


def an_incoming(**changes: object) -> Incoming:
    return replace(_INCOMING, **changes)  # type: ignore[arg-type]


def a_document(**changes: object) -> PolicyDocument:
    return PolicyDocument.first(rules.receive(DOCUMENT, an_incoming(**changes), at=MONDAY_9AM))


def test_a_document_without_number_or_date_is_received_all_the_same() -> None:
    received = rules.receive(DOCUMENT, an_incoming(document_no=None, issued_on=None), at=MONDAY_9AM)

    assert received.document_no is None
    assert received.issued_on is None


def test_the_clock_starts_when_the_paper_came_not_when_it_was_registered() -> None:
    friday = MONDAY_9AM - timedelta(days=3)

    received = rules.receive(DOCUMENT, an_incoming(received_at=friday), at=MONDAY_9AM)

    assert (received.received_at, received.registered_at) == (friday, MONDAY_9AM)


def test_a_document_with_no_receipt_entered_came_in_now() -> None:
    assert rules.receive(DOCUMENT, an_incoming(), at=MONDAY_9AM).received_at == MONDAY_9AM


def test_nothing_can_have_been_received_tomorrow() -> None:
    with pytest.raises(ReceivedInFuture) as refusal:
        rules.receive(DOCUMENT, an_incoming(received_at=MONDAY_9AM + timedelta(seconds=1)), at=MONDAY_9AM)

    assert (refusal.value.field, refusal.value.status) == ("received_at", 422)


def test_nothing_is_received_before_its_superior_issued_it() -> None:
    with pytest.raises(rules.IssuedAfterReceipt):
        rules.receive(DOCUMENT, an_incoming(issued_on=date(2026, 3, 3)), at=MONDAY_9AM)


def test_the_day_of_receipt_is_the_day_in_shanghai() -> None:
    late_on_sunday_in_utc = datetime(2026, 3, 1, 16, 30, tzinfo=UTC)

    received = rules.receive(
        DOCUMENT, an_incoming(issued_on=date(2026, 3, 2), received_at=late_on_sunday_in_utc), at=MONDAY_9AM
    )

    assert received.issued_on == date(2026, 3, 2)


def test_an_office_owes_no_copy_to_itself() -> None:
    with pytest.raises(rules.RecipientIsHolder):
        rules.receive(DOCUMENT, an_incoming(recipients=("fire", "bureau")), at=MONDAY_9AM)


def test_a_recipient_named_twice_is_owed_one_copy() -> None:
    document = a_document(recipients=("fire", "emergency", "fire"))

    assert [one.recipient for one in document.forwardings] == ["fire", "emergency"]


def test_a_received_document_is_open_with_every_recipient() -> None:
    assert {one.state for one in a_document().forwardings} == {ForwardingState.OPEN}


def test_passing_on_to_one_recipient_leaves_the_others_open() -> None:
    document = a_document()

    document = document.apply(rules.forward(document, to="fire", by=HOLDER, at=MONDAY_9AM))

    assert [one.state for one in document.forwardings] == [ForwardingState.FORWARDED, ForwardingState.OPEN]


def test_a_document_passed_on_late_is_passed_on_and_dated_as_it_was() -> None:
    late = MONDAY_9AM + timedelta(days=30)

    assert rules.forward(a_document(), to="fire", by=HOLDER, at=late).forwarded_at == late


def test_a_document_goes_only_to_its_recipients() -> None:
    with pytest.raises(rules.NotARecipient) as refusal:
        rules.forward(a_document(), to="health", by=HOLDER, at=MONDAY_9AM)

    assert refusal.value.facts["recipients"] == ("fire", "emergency")


def test_only_the_office_that_holds_a_document_passes_it_on() -> None:
    with pytest.raises(rules.NotTheHolder):
        rules.forward(a_document(), to="fire", by="emergency", at=MONDAY_9AM)


def test_a_document_is_its_holders_and_theirs_to_whom_it_was_passed_on() -> None:
    document = a_document()
    assert document.shared_with == ()

    document = document.apply(rules.forward(document, to="fire", by=HOLDER, at=MONDAY_9AM))

    assert document.shared_with == ("fire",)


def test_the_first_forwarding_counts_and_there_is_no_second() -> None:
    document = a_document()
    document = document.apply(rules.forward(document, to="fire", by=HOLDER, at=MONDAY_9AM))

    with pytest.raises(rules.AlreadyForwarded) as refusal:
        rules.forward(document, to="fire", by=HOLDER, at=MONDAY_9AM + timedelta(hours=1))

    assert refusal.value.facts["forwarded_at"] == MONDAY_9AM


def test_nobody_confirms_what_was_not_passed_on_to_it() -> None:
    with pytest.raises(rules.NotForwardedYet):
        rules.acknowledge(a_document(), by="fire", at=MONDAY_9AM)


def test_a_recipient_confirms_once() -> None:
    document = a_document()
    document = document.apply(rules.forward(document, to="fire", by=HOLDER, at=MONDAY_9AM))
    document = document.apply(rules.acknowledge(document, by="fire", at=MONDAY_9AM))

    with pytest.raises(rules.AlreadyAcknowledged):
        rules.acknowledge(document, by="fire", at=MONDAY_9AM)


def test_confirming_does_not_move_the_time_of_forwarding() -> None:
    document = a_document()
    document = document.apply(rules.forward(document, to="fire", by=HOLDER, at=MONDAY_9AM))

    document = document.apply(rules.acknowledge(document, by="fire", at=MONDAY_9AM + timedelta(days=9)))

    share = document.forwarding_to("fire")
    assert share is not None
    assert share.forwarded_at == MONDAY_9AM


class ForwardingToSeveral(RuleBasedStateMachine):
    """Whatever is tried in whatever order: each share moves forward only, one step at a time, by itself."""

    recipients = ("fire", "emergency", "health")
    states = st.sampled_from((*recipients, "stranger"))

    def __init__(self) -> None:
        super().__init__()
        self.document = a_document(recipients=self.recipients)
        self.expected = dict.fromkeys(self.recipients, ForwardingState.OPEN)

    @rule(to=states)
    def forward(self, to: str) -> None:
        if self.expected.get(to) is ForwardingState.OPEN:
            self.document = self.document.apply(rules.forward(self.document, to=to, by=HOLDER, at=MONDAY_9AM))
            self.expected[to] = ForwardingState.FORWARDED
        else:
            with pytest.raises((rules.NotARecipient, rules.AlreadyForwarded)):
                rules.forward(self.document, to=to, by=HOLDER, at=MONDAY_9AM)

    @rule(by=states)
    def acknowledge(self, by: str) -> None:
        if self.expected.get(by) is ForwardingState.FORWARDED:
            self.document = self.document.apply(rules.acknowledge(self.document, by=by, at=MONDAY_9AM))
            self.expected[by] = ForwardingState.ACKNOWLEDGED
        else:
            with pytest.raises((rules.NotForwardedYet, rules.AlreadyAcknowledged)):
                rules.acknowledge(self.document, by=by, at=MONDAY_9AM)

    @invariant()
    def every_share_is_where_it_should_be(self) -> None:
        assert {one.recipient: one.state for one in self.document.forwardings} == self.expected


TestForwardingToSeveral = ForwardingToSeveral.TestCase
