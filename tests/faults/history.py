"""Was anything lost, done twice, or out of turn? The judge of a run under faults: facts in, violations out.

In force (faults.md): what was acknowledged is there; one command, one event; each event effective once per
consumer; numbers per stream without gap or step back; each obliging event exactly one obligation with the right due
date; the chain whole and equal to the witnessed heads. An attempt without an answer may have taken effect or not.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TypeVar

from tests.faults.records import Attempt, Duty, Entry, History, Outcome, Said, Stream

T = TypeVar("T")
K = TypeVar("K")

_LONGEST = 10.0

Asked = tuple[str, str, str]
"""Service, person and Idempotency-Key: what makes a command one."""


def violations(history: History) -> list[str]:
    """One readable sentence for each promise that was broken; none if the run was in order."""
    return [sentence for rule in RULES for sentence in rule(history)]


def what_was_acknowledged_is_there(history: History) -> Iterator[str]:
    """Each event that an answer vouched for was kept, and its command is in the journal."""
    kept = {(said.stream, said.number) for said in history.kept}
    journalled = {_asked(entry) for entry in history.entries}
    for attempt in history.attempts:
        if attempt.outcome is not Outcome.OK:
            continue
        if _asked(attempt) not in journalled:
            yield f"{_named(attempt)} was acknowledged, but the journal has no row of it"
        for subject, number in attempt.shows:
            if (Stream(attempt.service, subject), number) not in kept:
                yield f"{_named(attempt)} was acknowledged with {subject}#{number}, which was never kept"


def a_key_is_used_once(history: History) -> Iterator[str]:
    """One key, one row, one answer; what was refused each time left no row."""
    rows = _grouped(history.entries, _asked)
    asked = _grouped(history.attempts, _asked)
    for key, entries in rows.items():
        if len(entries) > 1:
            what = ", ".join(f"{entry.subject}#{entry.number}" for entry in entries)
            yield f"the key {key[2]} of {key[1]} took effect {len(entries)} times: {what}"
    for key, attempts in asked.items():
        answers = {attempt.answer for attempt in attempts if attempt.outcome is Outcome.OK}
        if len(answers | {entry.answer for entry in rows.get(key, ())}) > 1:
            yield f"{_named(attempts[0])} was answered in more than one way"
        if key in rows and all(attempt.outcome is Outcome.FAIL for attempt in attempts):
            yield f"{_named(attempts[0])} was refused each time, and yet took effect"
        if any(a.outcome is Outcome.OK and b.outcome is Outcome.FAIL for a, b in pairwise(attempts)):
            yield f"{_named(attempts[0])} was acknowledged, and refused when asked again"


def what_is_lawful_is_not_refused(history: History) -> Iterator[str]:
    """A refusal of what must be granted shows that something acknowledged is not there."""
    for attempt in history.attempts:
        if attempt.lawful and attempt.outcome is Outcome.FAIL:
            yield f"{_named(attempt)} was refused, though nothing stood in its way"


def no_request_hangs(history: History) -> Iterator[str]:
    """Whatever happens, a client knows within ten seconds that it must ask again."""
    for attempt in history.attempts:
        if attempt.seconds > _LONGEST:
            yield f"{_named(attempt)} hung for {attempt.seconds:.1f} s"


def one_command_says_one_event(history: History) -> Iterator[str]:
    """What only a command says is named by exactly one row of the journal, and the other way round."""
    named = Counter((Stream(entry.service, entry.subject), entry.number) for entry in history.entries)
    kept = {(said.stream, said.number) for said in history.kept}
    for said in history.kept:
        rows = named[said.stream, said.number]
        if said.type in history.commanded and rows != 1:
            yield f"{said.stream}#{said.number} ({said.type}) was said by {rows} commands of the journal, not by one"
    for stream, number in named.keys() - kept:
        yield f"the journal names {stream}#{number}, which was never kept"


def numbers_have_no_gap(history: History) -> Iterator[str]:
    """Each stream is numbered 1, 2, 3 … and its aggregate's row stands at the last."""
    streams = _numbers(history.kept)
    for stream, numbers in streams.items():
        yield from _gaps(stream, sorted(numbers), "kept")
    for stream in streams.keys() | history.rows.keys():
        last, row = max(streams.get(stream, [0])), history.rows.get(stream, 0)
        if last != row:
            yield f"{stream}: its row stands at {row}, its last event is {last}"


def the_bus_has_it_in_order(history: History) -> Iterator[str]:
    """Each kept event reached the bus; repeated ones aside, the numbers of a stream go up by one."""
    last = _last(history.kept)
    for stream, numbers in _numbers(history.wire).items():
        if stream not in last:
            yield f"{stream} is on the bus, but nobody kept it"
            continue
        yield from _gaps(stream, list(dict.fromkeys(numbers)), "on the bus")
    reached = _last(history.wire)
    for stream, number in last.items():
        if reached.get(stream, 0) < number:
            yield f"{stream}: events {reached.get(stream, 0) + 1} to {number} never reached the bus"


def nothing_is_left_over(history: History) -> Iterator[str]:
    """Queues are empty, nothing waits, nothing was set aside."""
    for what, count in history.left.items():
        if count:
            yield f"{count} left over: {what}"


def consumers_heard_everything(history: History) -> Iterator[str]:
    """Each consumer stands at the last number of each stream it hears, and came there without a step back."""
    last = _last(history.kept)
    for consumer, sources in history.hears.items():
        stands = history.positions.get(consumer, {})
        heard = {stream: number for stream, number in last.items() if stream.source in sources}
        for stream in heard.keys() | stands.keys():
            if stands.get(stream, 0) != heard.get(stream, 0):
                yield f"{consumer} stands at {stands.get(stream, 0)} of {stream}, which has {heard.get(stream, 0)}"
    stood: dict[tuple[str, Stream], int] = {}
    for move in history.moves:
        before = stood.get((move.consumer, move.stream), 0)
        if move.was != before or move.now < move.was:
            yield f"{move.consumer} stood at {before} of {move.stream} and stepped from {move.was} to {move.now}"
        stood[move.consumer, move.stream] = move.now


def each_event_is_effective_once(history: History) -> Iterator[str]:
    """What an event must do in a consumer it did once, and in the order of its stream."""
    done, wanted = Counter(history.effects), Counter(history.wanted)
    for effect in wanted.keys() | done.keys():
        if done[effect] != wanted[effect]:
            times = f"took effect {done[effect]} times, not {wanted[effect]}"
            yield f"{effect.stream}#{effect.number} {times}: {effect.what} of {effect.consumer}"
    by_row = _grouped(dict.fromkeys(history.effects), lambda effect: (effect.consumer, effect.what, effect.stream))
    for (consumer, what, stream), effects in by_row.items():
        numbers = [effect.number for effect in effects]
        if numbers != sorted(numbers):
            yield f"{stream} stepped back: it took effect as {numbers}: {what} of {consumer}"


def each_duty_arises_once(history: History) -> Iterator[str]:
    """Each obliging event opened exactly one obligation, due when it should be, met when its answer was said."""
    owed, opened = _grouped(history.owed, _about), _grouped(history.opened, _about)
    for about in owed.keys() | opened.keys():
        should, found = owed.get(about, []), opened.get(about, [])
        if len(should) != len(found):
            yield f"{' '.join(about)}: {len(found)} obligations were opened, not {len(should)}"
        elif should != found:
            yield f"{' '.join(about)}: {_ends(found[0])}, not {_ends(should[0])}"


def chains_are_whole(history: History) -> Iterator[str]:
    """Every row is sealed, every hash is right, and what others witnessed is still so."""
    for service, chain in history.chains.items():
        if chain.broken_at is not None:
            yield f"the journal chain of {service} is broken at number {chain.broken_at}"
        if chain.rows != chain.sealed:
            yield f"the journal of {service} has {chain.rows} rows, its chain {chain.sealed}"
    for seen in history.witnessed:
        if history.chains[seen.source].heads.get(seen.number) != seen.head:
            yield f"{seen.by} witnessed another head of {seen.source} at number {seen.number}"


RULES: Sequence[Callable[[History], Iterable[str]]] = (
    what_was_acknowledged_is_there,
    a_key_is_used_once,
    what_is_lawful_is_not_refused,
    no_request_hangs,
    one_command_says_one_event,
    numbers_have_no_gap,
    the_bus_has_it_in_order,
    nothing_is_left_over,
    consumers_heard_everything,
    each_event_is_effective_once,
    each_duty_arises_once,
    chains_are_whole,
)
"""Every promise that is judged."""


def _asked(one: Attempt | Entry) -> Asked:
    return one.service, one.person, one.key


def _named(attempt: Attempt) -> str:
    return f"{attempt.service} {attempt.command} (key {attempt.key})"


def _about(duty: Duty) -> tuple[str, str, str]:
    return duty.duty, duty.about, duty.party


def _ends(duty: Duty) -> str:
    met = f"met {duty.met_at.isoformat()}" if duty.met_at else "not met"
    return f"due {duty.due_at.isoformat()} and {met}"


def _numbers(said: Iterable[Said]) -> dict[Stream, list[int]]:
    return {stream: [one.number for one in events] for stream, events in _grouped(said, lambda one: one.stream).items()}


def _last(said: Iterable[Said]) -> Mapping[Stream, int]:
    return {stream: max(numbers) for stream, numbers in _numbers(said).items()}


def _gaps(stream: Stream, numbers: Sequence[int], where: str) -> Iterator[str]:
    for before, number in pairwise([0, *numbers]):
        if number != before + 1:
            yield f"{stream}: {number} follows {before} ({where})"


def _grouped(things: Iterable[T], by: Callable[[T], K]) -> dict[K, list[T]]:
    groups: defaultdict[K, list[T]] = defaultdict(list)
    for thing in things:
        groups[by(thing)].append(thing)
    return groups
