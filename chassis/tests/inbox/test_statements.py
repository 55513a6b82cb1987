"""What does a batch cost? So many statements, however many events it holds: round trips are its price."""

from shenguan_chassis.inbox import Inbox
from shenguan_chassis.testing.cuts import Knife, connecting
from shenguan_chassis.testing.ear import Ear, line


async def statements_of(ear: Ear, events: int, number: int) -> list[str]:
    """The statements of one batch in which each event reads, saves and says something."""
    knife = Knife()
    inbox = Inbox(ear.dsn, None, ear.inbox._listening, connect=connecting(ear.dsn, knife))
    await inbox.begin()
    knife.steps.clear()
    assert await inbox.take_effect([ear.record(line(str(stream), "a"), number) for stream in range(events)])
    steps = list(knife.steps)
    knife.kill()
    return steps


async def test_a_batch_of_new_aggregates_takes_seven_statements_whatever_its_size(ear: Ear) -> None:
    few = await statements_of(ear, 3, 1)
    await ear.database.execute("TRUNCATE position, books")
    many = await statements_of(ear, 300, 1)

    assert few == many
    assert [step.split()[0] for step in many] == ["BEGIN;", "SELECT", "SELECT", "INSERT", "WITH", "WITH", "COMMIT;"]


async def test_a_batch_of_changes_takes_seven_statements_whatever_its_size(ear: Ear) -> None:
    await statements_of(ear, 300, 1)

    few = await statements_of(ear, 3, 2)
    many = await statements_of(ear, 300, 2)

    assert len(few) == len(many) == 7


async def test_a_batch_of_duplicates_costs_five_at_most(ear: Ear) -> None:
    await statements_of(ear, 300, 1)

    assert len(await statements_of(ear, 300, 1)) <= 5
