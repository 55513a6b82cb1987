"""Killed at any statement and any call of the bus, does the consumer lose, or double, an effect?

Its story has every turn there is: duplicates, a hole that is asked for, a stream that begins at a snapshot, an event
that comes too early, one that fails at first, and noise.
"""

from collections.abc import Sequence

import pytest

from shenguan_chassis.batch_tx import BatchTx
from shenguan_chassis.bus.port import Record
from shenguan_chassis.ids import derived_id
from shenguan_chassis.inbox import Ask, Inbox, Listening, effect, ledger
from shenguan_chassis.refusals import NotYet
from shenguan_chassis.testing.cuts import CutBus, Knife, connecting, every_cut, some_cuts
from shenguan_chassis.testing.ear import DIVISION, Book, Ear, Hands, granted, line, note, reaction
from shenguan_chassis.tx import Speaker
from shenguan_contracts.approval import CaseGranted, UnlistedPowerAttempted
from shenguan_contracts.envelope import decode, urn

WANTED = {
    "plain": ["1", "2", "3", "4", "5"],
    "poison": ["1", "poison", "3"],
    "early": ["needs case", "2"],
    "late": ["snapshot", "8"],
}


class Listener:
    """A consumer that hears all of it."""

    kind = Inbox

    async def begin(self, world) -> None:
        ear = Ear(world.dsn, world.database, Hands())
        self.ear = ear
        said = [
            *[ear.record(line("plain", str(number)), number) for number in (1, 2, 2, 4, 5)],
            *[ear.record(line("poison", text), number) for number, text in enumerate(WANTED["poison"], 1)],
            ear.record(line("late", "6"), 6),
            *[ear.record(line("early", text), number) for number, text in enumerate(WANTED["early"], 1)],
        ]
        later = [
            ear.record(line("late", "snapshot"), 7, starts=True),
            ear.record(line("late", "8"), 8),
            ear.record(granted("c", "l"), 1),
            ear.record(line("plain", "1"), 1),
        ]
        world.facts["failures"] = 3
        noise = Record(world.topic, b"noise", b"noise")
        await world.bus.publish([*_on(world, said), noise])
        await world.bus.publish(_on(world, later))

    async def live(self, world, knife: Knife) -> None:
        inbox = self.kind(
            world.dsn, CutBus(world.bus, knife), self._listening(world, knife), connect=connecting(world.dsn, knife)
        )
        try:
            async with CutBus(world.bus, knife).join(f"g{world.number}", [world.topic]) as member:
                for _ in range(60):
                    if await self._at_rest(world):
                        return
                    due = await world.database.fetchval("SELECT min(due) FROM parked")
                    self.ear.clock.now = max(self.ear.clock.now, due or self.ear.clock.now)
                    await inbox.round(member)
        finally:
            inbox.hang_up()

    def _listening(self, world, knife: Knife) -> Listening:
        async def answer(asks: Sequence[Ask]) -> None:
            missing = [
                self.ear.record(line("plain", str(n)), n) for ask in asks for n in range(ask.first, ask.last + 1)
            ]
            await CutBus(world.bus, knife).publish(_on(world, missing))

        async def write(tx: BatchTx, event: UnlistedPowerAttempted) -> None:
            await note(tx, event, event.item_code)
            if event.item_code == "needs case" and await tx.find(Book, derived_id("case", "c")) is None:
                raise NotYet("approval", "case", derived_id("case", "c"))
            if event.item_code == "poison" and world.facts["failures"]:
                world.facts["failures"] -= 1
                raise ZeroDivisionError

        async def open_case(tx: BatchTx, event: CaseGranted) -> None:
            await note(tx, event, "case")

        return Listening(
            speaker=Speaker("supervision", urn(DIVISION, "supervision")),
            speakers={world.topic: urn(DIVISION, "approval")},
            reactions=reaction(write, UnlistedPowerAttempted) | reaction(open_case, CaseGranted),
            clock=self.ear.clock,
            group=f"g{world.number}",
            ask=answer,
        )

    async def _at_rest(self, world) -> bool:
        if await world.database.fetchval("SELECT EXISTS (SELECT FROM parked)"):
            return False
        done = await world.bus.positions(f"g{world.number}", [world.topic])
        return all(done.get(place, 0) >= end for place, end in (await world.bus.ends([world.topic])).items())

    async def faults(self, world) -> list[str]:
        faults = [
            f"{stream}: {found}" for stream, lines in WANTED.items() if (found := await self.ear.lines(stream)) != lines
        ]
        said: dict[str, list[int]] = {}
        for row in await world.database.fetch("SELECT body FROM queue ORDER BY pos"):
            envelope = decode(row["body"])
            said.setdefault(envelope.subject, []).append(envelope.sequence)
        for subject, numbers in said.items():
            if numbers != list(range(1, len(numbers) + 1)):
                faults.append(f"said of {subject}: {numbers}")
        effects = await world.database.fetchval("SELECT sum(cardinality(lines)) FROM books")
        counts = {
            "said": (sum(map(len, said.values())), effects),
            "kept": (await world.database.fetchval("SELECT count(*) FROM event"), effects),
            "parked": (await world.database.fetchval("SELECT count(*) FROM parked"), 0),
            "parked by position": (await world.database.fetchval("SELECT sum(parked) FROM position"), 0),
            "noise": (await world.database.fetchval("SELECT count(*) FROM unreadable"), 1),
        }
        return faults + [
            f"{what}: {found}, not {wanted}" for what, (found, wanted) in counts.items() if found != wanted
        ]


def _on(world, received) -> list[Record]:
    return [Record(world.topic, one.key, one.value) for one in received]


class DoneFirst(Inbox):
    """Planted: it tells the bus that it is done before the effect is committed."""

    async def round(self, member) -> None:
        class Hasty:
            def __init__(self, member) -> None:
                self.member = member

            async def take(self, most: int, wait: float):
                taken = await self.member.take(most, wait)
                await self.member.done(taken)
                return taken

            async def done(self, taken) -> None:
                return None

            def doubt(self) -> bool:
                return False

        await super().round(Hasty(member))


class Forgetful(Listener):
    kind = DoneFirst


async def _settle_alone(connection, streams, now: object) -> None:
    """Planted: the positions are written in a transaction of their own, after the effect was committed."""
    await connection.execute("COMMIT")
    await connection.execute("BEGIN")
    await _settle(connection, streams, now)


_settle = ledger.settle


async def test_a_consumer_killed_at_a_sample_of_its_steps_takes_each_event_once(world, survives) -> None:
    knife, faults = await world.tell(Listener())
    assert not faults

    _, cuts = some_cuts(knife.steps, 15)

    await survives(Listener(), cuts)


@pytest.mark.whole
async def test_a_consumer_killed_at_every_step_takes_each_event_once(world, survives) -> None:
    knife, _ = await world.tell(Listener())

    await survives(Listener(), every_cut(knife.steps))


async def _found_out(world, story) -> bool:
    """True if a cut at some step shows the planted fault; the commits come first."""
    knife, faults = await world.tell(story)
    assert not faults
    cuts = sorted(every_cut(knife.steps), key=lambda cut: not knife.steps[cut.at - 1].startswith("COMMIT"))
    for cut in cuts:
        if (await world.tell(story, cut))[1]:
            return True
    return False


async def test_a_consumer_that_is_done_before_its_effect_is_found_out(world) -> None:
    assert await _found_out(world, Forgetful())


async def test_positions_that_are_not_committed_with_the_effect_are_found_out(world, monkeypatch) -> None:
    monkeypatch.setattr(effect.ledger, "settle", _settle_alone)

    assert await _found_out(world, Listener())
