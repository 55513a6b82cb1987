"""What does giving a command promise?"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from asyncpg import Pool
from sqlalchemy import ARRAY, Column, MetaData, Text, Uuid

from shenguan_chassis import db
from shenguan_chassis.clock import SandboxClock
from shenguan_chassis.contention import AlreadyExists
from shenguan_chassis.deciding import NotAllowed, command, command_of
from shenguan_chassis.desk import Answer, Ask, Desk, KeyReused
from shenguan_chassis.identity.caller import Caller
from shenguan_chassis.keys import Keys
from shenguan_chassis.migrating import migrate
from shenguan_chassis.preconditions import ANY, IfMatchRequired, Named, StaleEtag
from shenguan_chassis.refusals import NotFound, Refusal
from shenguan_chassis.store import BUREAU, aggregate, copy
from shenguan_chassis.testing.keys import MASTER_KEYS, a_master_key
from shenguan_chassis.testing.postgres import Databases
from shenguan_chassis.tx import Speaker, Tx
from shenguan_contracts.approval import CaseAccepted, CaseSubmitted
from shenguan_contracts.envelope import Envelope, decode
from shenguan_contracts.types import Channel

CLERK = Caller(person="p-1", organisation="bureau", department="bureau", roles=frozenset({"clerk"}), sees_all=True)
OTHER_CLERK = replace(CLERK, person="p-2")
STRANGER = replace(CLERK, person="p-3", roles=frozenset({"visitor"}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    id: UUID
    version: int = 0
    item_id: UUID
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    department: str
    name: str


metadata = MetaData()
matters = aggregate(
    metadata,
    Matter,
    noun="case",
    table="matters",
    owner=BUREAU,
    columns=[Column("item_id", Uuid, nullable=False), Column("notes", ARRAY(Text), nullable=False)],
)
offices = copy(
    metadata,
    Office,
    key=["department"],
    owner=BUREAU,
    columns=[Column("department", Text, primary_key=True), Column("name", Text)],
)

_DDL = """
CREATE TABLE matters (id uuid PRIMARY KEY, version bigint NOT NULL, item_id uuid NOT NULL, notes text[] NOT NULL);
CREATE TABLE offices (department text PRIMARY KEY, name text);
"""

_WAITING = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"
_WAITERS = "SELECT count(*) FROM pg_locks WHERE NOT granted"


class Closed(Refusal, rule="R0"):
    """已关闭：不能再添加。"""


def submitted(matter: Matter, tx: Tx) -> CaseSubmitted:
    return CaseSubmitted(
        case_id=matter.id,
        item_id=matter.item_id,
        item_code="X-1",
        channel=Channel.HALL,
        holder_uscc=None,
        received_at=tx.now,
    )


def accepted(matter: Matter, tx: Tx) -> CaseAccepted:
    return CaseAccepted(
        case_id=matter.id, item_code="X-1", deemed=False, promised_days=3, statutory_days=20, accepted_at=tx.now
    )


@command("clerk")
async def open_matter(tx: Tx, matter_id: UUID) -> Matter:
    """Open a matter."""
    matter = Matter(id=matter_id, item_id=uuid4())
    return tx.add(matter, submitted(matter, tx))


@command("clerk")
async def note(tx: Tx, matter_id: UUID, text: str, most: int = 1_000) -> Matter:
    """Add a note to a matter; it is closed once it has `most`."""
    matter = await tx.get(Matter, matter_id)
    if len(matter.notes) >= most:
        raise Closed(notes=len(matter.notes))
    return tx.save(replace(matter, notes=(*matter.notes, text)), accepted(matter, tx))


@command("clerk")
async def move_note(tx: Tx, source_id: UUID, target_id: UUID) -> Matter:
    """Move the newest note of one matter to another."""
    source, target = await tx.get(Matter, source_id), await tx.get(Matter, target_id)
    tx.save(replace(source, notes=source.notes[:-1]), accepted(source, tx))
    return tx.save(replace(target, notes=(*target.notes, source.notes[-1])), accepted(target, tx))


@command("clerk")
async def note_if_empty(tx: Tx, matter_id: UUID, other_id: UUID) -> Matter:
    """Add a note to a matter unless the other has one: the other is only read."""
    matter, other = await tx.get(Matter, matter_id), await tx.get(Matter, other_id)
    if other.notes:
        raise Closed()
    return tx.save(replace(matter, notes=(*matter.notes, "alone")), accepted(matter, tx))


@command("clerk")
async def open_unless(tx: Tx, matter_id: UUID, other_id: UUID) -> Matter:
    """Open a matter unless another is there."""
    if await tx.find(Matter, other_id) is not None:
        raise Closed()
    return await open_matter(tx, matter_id)


@command("clerk")
async def fill(tx: Tx, matter_id: UUID) -> Matter:
    """Open a matter unless it is there: then nothing more can be done about it."""
    if await tx.find(Matter, matter_id) is not None:
        raise Closed()
    matter = Matter(id=matter_id, item_id=uuid4())
    return tx.add(matter, submitted(matter, tx))


def seen(matter_id: UUID, version: int) -> Named:
    """The matter as its caller saw it."""
    return Named(Matter, (matter_id,), frozenset({version}))


@dataclass
class House:
    """The desk under test and what lies behind it."""

    pool: Pool
    desk: Desk
    clock: SandboxClock
    wakes: list[int] = field(default_factory=list)

    async def give(
        self, function: Callable[..., Awaitable[Any]], *args: Any, caller: Caller = CLERK, **more: Any
    ) -> Answer:
        async def run(tx: Tx) -> Any:
            return await function(tx, *args)

        return await self.desk.give(
            Ask(
                command=command_of(function),
                run=run,
                render=lambda matter: f"{matter.id} {matter.version}".encode(),
                caller=caller,
                request=repr(args).encode(),
                **more,
            )
        )

    async def said(self) -> list[Envelope]:
        return [decode(row["body"]) for row in await self.pool.fetch("SELECT body FROM queue ORDER BY pos")]

    async def kept(self) -> list[Envelope]:
        return [decode(row["body"]) for row in await self.pool.fetch("SELECT body FROM event ORDER BY stream, seq")]

    async def journal(self) -> list[Any]:
        return list(await self.pool.fetch("SELECT * FROM journal ORDER BY id"))

    async def notes(self, matter_id: UUID) -> list[str]:
        return list(await self.pool.fetchval("SELECT notes FROM matters WHERE id = $1", matter_id))


async def lay_out(dsn: str) -> None:
    await migrate(dsn, Path(__file__).parent / "no_migrations")
    connection = await db.connect(dsn)
    await connection.execute(_DDL)
    await connection.close()


@pytest.fixture
async def office(databases: Databases) -> AsyncIterator[House]:
    pool = await db.pool(await databases.fresh("desk", lay_out), most=12, name="desk")
    clock = SandboxClock()
    made = House(pool, None, clock)  # type: ignore[arg-type]
    speaker, keys = Speaker("approval", "urn:shenguan:370302:approval"), Keys.read(MASTER_KEYS, "approval")
    made.desk = Desk(pool, clock, speaker, lambda written: made.wakes.append(1) if written.said else None, keys)
    yield made
    await pool.close()


async def test_a_command_leaves_its_row_its_event_and_its_journal_row_together(office: House) -> None:
    matter = uuid4()

    answer = await office.give(open_matter, matter)

    (event,) = await office.said()
    (row,) = await office.journal()
    assert answer.version == 1
    assert (event.subject, event.sequence, event.event().case_id) == (f"case/{matter}", 1, matter)
    assert [kept.id for kept in await office.kept()] == [event.id]
    assert (row["command"], row["subject"], row["person"], row["status"]) == (
        "open_matter",
        f"case/{matter}",
        "p-1",
        200,
    )
    assert office.wakes == [1]


async def test_each_change_has_the_next_number_of_its_stream(office: House) -> None:
    matter = uuid4()
    await office.give(open_matter, matter)

    for text in "abc":
        await office.give(note, matter, text)

    assert [event.sequence for event in await office.kept()] == [1, 2, 3, 4]
    assert await office.notes(matter) == ["a", "b", "c"]


async def test_the_same_key_and_body_give_the_first_answer_again(office: House) -> None:
    matter = uuid4()
    await office.give(open_matter, matter)

    answers = [await office.give(note, matter, "a", 1, idem_key="k") for _ in range(3)]

    assert [answer.body for answer in answers] == [f"{matter} 2".encode()] * 3
    assert await office.notes(matter) == ["a"]


async def test_the_same_key_twenty_times_at_once_takes_effect_once(office: House) -> None:
    matter = uuid4()
    await office.give(open_matter, matter)

    answers = await asyncio.gather(*(office.give(note, matter, "a", idem_key="k") for _ in range(20)))

    assert {answer.body for answer in answers} == {f"{matter} 2".encode()}
    assert await office.notes(matter) == ["a"]


async def test_the_same_key_gives_the_first_answer_also_while_the_first_still_runs(office: House) -> None:
    matter = uuid4()
    await office.give(open_matter, matter)
    async with office.pool.acquire() as rival:
        transaction = rival.transaction()
        await transaction.start()
        await rival.execute("SELECT FROM matters WHERE id = $1 FOR UPDATE", matter)

        first = asyncio.create_task(office.give(note, matter, "a", 1, idem_key="k", names=seen(matter, 1)))
        while await office.pool.fetchval(_WAITERS) < 1:
            pass
        second = asyncio.create_task(office.give(note, matter, "a", 1, idem_key="k", names=seen(matter, 1)))
        while await office.pool.fetchval(_WAITERS) < 2:
            pass
        assert not first.done()
        assert not second.done()
        await transaction.rollback()

    assert await first == await second
    assert await office.notes(matter) == ["a"]
    assert len(await office.journal()) == 2


async def test_the_same_key_with_another_body_is_refused_and_that_is_journalled(office: House) -> None:
    matter = uuid4()
    await office.give(open_matter, matter)
    await office.give(note, matter, "a", idem_key="k")

    with pytest.raises(KeyReused):
        await office.give(note, matter, "b", idem_key="k")

    assert await office.notes(matter) == ["a"]
    assert (await office.journal())[-1]["code"] == "key_reused"


async def test_a_key_belongs_to_its_caller_and_to_the_office_they_act_for(office: House) -> None:
    matter = uuid4()
    await office.give(open_matter, matter)

    await office.give(note, matter, "a", idem_key="k")
    await office.give(note, matter, "b", idem_key="k", caller=OTHER_CLERK)
    await office.give(note, matter, "c", idem_key="k", caller=replace(CLERK, department="fire"))
    await office.give(note, matter, "d", idem_key="k", caller=replace(CLERK, department=None))

    assert await office.notes(matter) == ["a", "b", "c", "d"]


async def test_a_key_is_kept_for_good(office: House) -> None:
    matter = uuid4()
    first = await office.give(open_matter, matter, idem_key="k", status=201)
    await office.give(note, matter, "a")

    office.clock.forward(timedelta(days=3_650))
    again = await office.give(open_matter, matter, idem_key="k", status=201)

    assert again == first


async def test_a_change_of_the_master_key_between_two_tries_is_no_other_request(office: House) -> None:
    matter = uuid4()
    first = await office.give(open_matter, matter, idem_key="k")

    office.desk = Desk(
        office.pool,
        office.clock,
        Speaker("approval", "urn:shenguan:370302:approval"),
        lambda _: None,
        Keys.read(f"{a_master_key(2)},{MASTER_KEYS}", "approval"),
    )

    assert await office.give(open_matter, matter, idem_key="k") == first


async def test_a_refusal_is_journalled_and_does_not_use_up_its_key(office: House) -> None:
    matter = uuid4()
    await office.give(open_matter, matter)

    with pytest.raises(Closed):
        await office.give(note, matter, "a", 0, idem_key="k")
    await office.give(note, matter, "a", idem_key="k")

    assert [(row["status"], row["code"]) for row in await office.journal()] == [
        (200, None),
        (409, "closed"),
        (200, None),
    ]


async def test_without_the_role_nothing_happens_but_a_journal_row(office: House) -> None:
    with pytest.raises(NotAllowed):
        await office.give(open_matter, uuid4(), caller=STRANGER)

    assert await office.said() == []
    assert [(row["person"], row["code"]) for row in await office.journal()] == [("p-3", "not_allowed")]


async def test_fifty_writers_of_one_aggregate_leave_dense_numbers(office: House) -> None:
    matter = uuid4()
    await office.give(open_matter, matter)

    await asyncio.gather(*(office.give(note, matter, str(i)) for i in range(50)))

    assert [event.sequence for event in await office.kept()] == list(range(1, 52))
    assert sorted(map(int, await office.notes(matter))) == list(range(50))


async def test_of_fifty_with_one_etag_one_succeeds(office: House) -> None:
    matter = uuid4()
    await office.give(open_matter, matter)

    outcomes = await asyncio.gather(
        *(office.give(note, matter, str(i), names=seen(matter, 1)) for i in range(50)),
        return_exceptions=True,
    )

    assert sum(isinstance(outcome, StaleEtag) for outcome in outcomes) == 49
    assert len(await office.notes(matter)) == 1


async def test_of_fifty_who_say_whatever_its_version_each_decides_again_until_it_is_settled(office: House) -> None:
    """The matter is closed once it has ten notes: ten get in, whoever comes later meets the rule, not the race."""
    matter = uuid4()
    await office.give(open_matter, matter)

    outcomes = await asyncio.gather(
        *(office.give(note, matter, str(i), 10, names=Named(Matter, (matter,), ANY)) for i in range(50)),
        return_exceptions=True,
    )

    assert sum(isinstance(outcome, Answer) for outcome in outcomes) == 10
    assert sum(isinstance(outcome, Closed) for outcome in outcomes) == 40
    assert [event.sequence for event in await office.kept()] == list(range(1, 12))


async def test_a_change_that_names_no_version_is_refused(office: House) -> None:
    matter = uuid4()
    await office.give(open_matter, matter)

    with pytest.raises(IfMatchRequired):
        await office.give(note, matter, "a", names=Named(Matter, (matter,), None))

    assert await office.notes(matter) == []


async def test_what_is_not_there_is_not_found_whatever_version_its_caller_names(office: House) -> None:
    for versions in (None, ANY, frozenset({1})):
        with pytest.raises(NotFound):
            await office.give(note, matter := uuid4(), "a", names=Named(Matter, (matter,), versions))


async def test_a_stale_version_is_told_before_the_state_that_it_led_to(office: House) -> None:
    matter = uuid4()
    await office.give(open_matter, matter)
    await office.give(note, matter, "a", 1)

    with pytest.raises(StaleEtag) as stale:
        await office.give(note, matter, "b", 1, names=seen(matter, 1))
    with pytest.raises(Closed):
        await office.give(note, matter, "b", 1, names=seen(matter, 2))

    assert stale.value.headers == {"ETag": '"2"'}


async def test_a_clash_over_what_its_path_does_not_name_is_decided_again(office: House) -> None:
    """Both move a note out of a matter of their own into one target; the versions they name still hold."""
    sources, target = [uuid4() for _ in range(8)], uuid4()
    for matter in (*sources, target):
        await office.give(open_matter, matter)
    for matter in sources:
        await office.give(note, matter, "a")

    await asyncio.gather(*(office.give(move_note, source, target, names=seen(source, 2)) for source in sources))

    assert await office.notes(target) == ["a"] * 8


async def test_the_aggregate_that_the_path_names_counts_whichever_the_command_reads_first(office: House) -> None:
    source, target = uuid4(), uuid4()
    for matter in (source, target):
        await office.give(open_matter, matter)
    await office.give(note, source, "a")

    with pytest.raises(StaleEtag):
        await office.give(move_note, source, target, names=seen(target, 7))
    moved = await office.give(move_note, source, target, names=seen(target, 1))

    assert moved.version == 2


async def test_what_is_not_there_yet_counts_as_version_0(office: House) -> None:
    with pytest.raises(StaleEtag) as stale:
        await office.give(open_matter, matter := uuid4(), names=seen(matter, 3))

    made = [
        await office.give(open_matter, matter := uuid4(), names=Named(Matter, (matter,), versions))
        for versions in (None, ANY, frozenset({0}))
    ]

    assert stale.value.headers == {"ETag": '"0"'}
    assert [answer.version for answer in made] == [1, 1, 1]


async def test_of_two_who_fill_a_vacancy_at_once_the_second_is_asked_what_it_has_seen(office: House) -> None:
    matter = uuid4()

    outcomes = await asyncio.gather(
        *(office.give(fill, matter, names=Named(Matter, (matter,), None)) for _ in range(6)), return_exceptions=True
    )

    assert sum(isinstance(outcome, Answer) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, IfMatchRequired) for outcome in outcomes) == 5
    assert await office.notes(matter) == []


async def test_what_a_command_only_read_must_not_change_under_it(office: House) -> None:
    """Write skew: each reads the other and writes itself; without the guard both would succeed."""
    for _ in range(20):
        left, right = uuid4(), uuid4()
        await office.give(open_matter, left)
        await office.give(open_matter, right)

        await asyncio.gather(
            office.give(note_if_empty, left, right), office.give(note_if_empty, right, left), return_exceptions=True
        )

        assert len(await office.notes(left)) + len(await office.notes(right)) == 1


async def test_what_a_command_found_absent_must_still_be_so(office: House) -> None:
    """Each opens its matter unless the other's is there: at once, both would be opened."""
    for _ in range(20):
        left, right = uuid4(), uuid4()

        outcomes = await asyncio.gather(
            office.give(open_unless, left, right), office.give(open_unless, right, left), return_exceptions=True
        )

        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Answer", "Closed"]


async def test_what_a_command_found_absent_and_another_made_without_looking_is_seen(office: House) -> None:
    left, right = uuid4(), uuid4()
    async with office.pool.acquire() as rival:
        transaction = rival.transaction()
        await transaction.start()
        await rival.execute("LOCK TABLE journal IN SHARE MODE")

        opening = asyncio.create_task(office.give(open_unless, left, right))
        while not await office.pool.fetchval(_WAITING):
            pass
        await rival.execute("INSERT INTO matters VALUES ($1, 1, $2, '{}')", right, uuid4())
        await transaction.commit()

    with pytest.raises(Closed):
        await opening
    assert len(await office.kept()) == 0


async def test_a_command_that_postgresql_ends_to_break_a_deadlock_is_decided_again(
    office: House, databases: Databases
) -> None:
    """Read and changed rows are locked in two steps, and batches lock in another order: it can happen."""
    await databases.templates.run("GRANT SET ON PARAMETER deadlock_timeout TO desk")
    changed, read = uuid4(), uuid4()
    for matter_id in (changed, read):
        await office.give(open_matter, matter_id)
    async with office.pool.acquire() as rival:
        transaction = rival.transaction()
        await transaction.start()
        await rival.execute("SET LOCAL deadlock_timeout TO '60s'")  # whoever looks is ended: the other one
        await rival.execute("SELECT FROM matters WHERE id = $1 FOR UPDATE", changed)

        giving = asyncio.create_task(office.give(note_if_empty, changed, read))
        while not await office.pool.fetchval(_WAITING):
            pass
        await rival.execute("SELECT FROM matters WHERE id = $1 FOR UPDATE", read)
        await transaction.rollback()

    assert (await giving).version == 2
    assert await office.notes(changed) == ["alone"]


async def test_two_aggregates_change_together_in_either_order_without_deadlock(office: House) -> None:
    left, right = uuid4(), uuid4()
    for matter in (left, right):
        await office.give(open_matter, matter)
        for i in range(10):
            await office.give(note, matter, f"{i}")

    await asyncio.gather(*(office.give(move_note, *pair) for _ in range(10) for pair in ((left, right), (right, left))))

    assert len(await office.notes(left)) == len(await office.notes(right)) == 10
    assert [event.sequence for event in await office.kept()] == [*range(1, 32)] * 2


async def test_a_new_aggregate_that_exists_already_is_refused(office: House) -> None:
    matter = uuid4()
    await office.give(open_matter, matter)

    with pytest.raises(AlreadyExists):
        await office.give(open_matter, matter)

    assert len(await office.kept()) == 1
