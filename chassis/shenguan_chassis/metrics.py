"""What can be seen of a service from outside? Counters and gauges, each labelled with the service."""

from __future__ import annotations

from functools import lru_cache

from prometheus_client import Counter, Gauge

_OF = ("service",)

REQUESTS = Counter("shenguan_http_requests", "Requests answered, by status.", ("service", "method", "status"))
COMMANDS = Counter(
    "shenguan_commands", "Commands given, by outcome: done, or the refusal's code.", ("command", "outcome")
)
LOOP_FAILURES = Counter(
    "shenguan_loop_failures", "Times a background loop failed and was run again.", ("service", "loop")
)

QUEUE_DEPTH = Gauge(
    "shenguan_queue_depth", "Events committed and not yet acknowledged by the bus (at most 100,000).", _OF
)
RELAY_LEADS = Gauge("shenguan_relay_leads", "1 in the process whose relay sends.", _OF)
RELAY_SENT = Counter("shenguan_relay_sent", "Events acknowledged by the bus.", _OF)
RELAY_BATCHES = Counter("shenguan_relay_batches", "Calls of the bus.", _OF)
RELAY_FAILURES = Counter("shenguan_relay_failures", "Events not acknowledged; each is sent again.", _OF)
RELAY_STUCK = Gauge("shenguan_relay_stuck_streams", "Streams whose oldest event the bus did not take.", _OF)

INBOX_APPLIED = Counter("shenguan_inbox_applied", "Events that took effect, or need none here.", _OF)
INBOX_DUPLICATES = Counter("shenguan_inbox_duplicates", "Events heard again and dropped.", _OF)
INBOX_GAPS = Counter("shenguan_inbox_gaps", "Streams in which an event was found missing.", _OF)
INBOX_ASKED = Counter("shenguan_inbox_resends_asked", "Times a missing event was asked for.", _OF)
INBOX_PARKED = Gauge("shenguan_inbox_parked", "Events that wait, by reason.", ("service", "why"))
INBOX_UNREADABLE = Counter("shenguan_inbox_unreadable", "Messages kept because they are no event of ours.", _OF)
INBOX_FOREIGN = Counter("shenguan_inbox_foreign", "Messages whose source may not speak on their topic.", _OF)
INBOX_AGAIN = Counter("shenguan_inbox_batches_again", "Batches rolled back and done again.", ("service", "reason"))
INBOX_HALTED = Gauge(
    "shenguan_inbox_halted", "1 while the consumer stands still because a reaction fails for all.", _OF
)
INBOX_LAG = Gauge("shenguan_inbox_lag", "Records on the bus that this service has not done.", _OF)

NOTES_HEARD = Counter("shenguan_control_notes", "Notes heard on the control topic, by kind.", ("service", "kind"))
STREAMS_BEHIND = Counter("shenguan_control_streams_behind", "Streams found behind at a roll call.", _OF)
RESENT = Counter("shenguan_control_resent", "Events queued again because a listener missed them.", _OF)
CHAINS_REWRITTEN = Counter("shenguan_control_chains_rewritten", "Journal heads that contradict an earlier one.", _OF)
HEADS_REFUSED = Counter("shenguan_control_heads_refused", "Journal heads that their source did not sign.", _OF)


@lru_cache(maxsize=4096)
def of(counter: Counter, *labels: object) -> Counter:
    """The counter of these labels, found once: to look it up each time costs more than to count."""
    return counter.labels(*labels)
