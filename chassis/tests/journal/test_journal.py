"""What does the sealed log promise? Every row and event sealed once, in one order, under heads that are signed."""

from __future__ import annotations

import pytest
from asyncpg import Connection

from shenguan_chassis import db
from shenguan_chassis.journal.head import Statement
from shenguan_chassis.journal.renumbering import renumber
from shenguan_chassis.journal.sealing import ForeignTip, unsealed
from shenguan_chassis.testing.logbook import Logbook, signer


@pytest.mark.parametrize("algorithm", ["sm3", "sha256"])
async def test_a_log_is_whole_under_the_hash_it_was_sealed_with(book: Logbook, algorithm: str) -> None:
    book.algorithm = algorithm
    await book.write("submit_case", "accept_case")
    await book.say("1", b"said one", b"said two")

    head = await book.seal()

    verdict = await book.verify()
    assert head is not None
    assert Statement.read(head.text).algorithm == algorithm
    assert (verdict.upto.seal, verdict.upto.last, verdict.findings) == (1, 4, [])
    assert verdict.upto.head == Statement.read(head.text).head()


async def test_each_entry_is_sealed_once_and_the_log_goes_on_where_it_was(
    book: Logbook, connection: Connection
) -> None:
    first = Statement.read((await book.sealed("submit_case")).text)
    second = Statement.read((await book.sealed("accept_case", "grant_case")).text)

    assert (first.first, first.last, second.first, second.last) == (1, 1, 2, 3)
    assert second.previous == first.head()
    assert await book.seal() is None
    assert await unsealed(connection) == 0
    assert (await book.verify()).findings == []


async def test_a_transaction_that_began_before_and_commits_after_the_others_is_not_missed(
    book: Logbook, dsn: str
) -> None:
    late = await db.connect(dsn)
    transaction = late.transaction()
    await transaction.start()
    await Logbook(late).write("began_first")
    await Logbook(late).say("1", b"said first")
    await book.write("began_second")

    assert await book.seal() is None

    await transaction.commit()
    await late.close()
    sealed = await book.seal()
    assert sealed is not None
    assert Statement.read(sealed.text).last == 3
    assert (await book.verify()).findings == []


async def test_a_switch_of_the_hash_leaves_what_was_sealed_before_it_whole(book: Logbook) -> None:
    await book.sealed("a")
    book.algorithm = "sha256"
    await book.sealed("b")
    book.algorithm = "sm3"
    await book.sealed("c")

    verdict = await book.verify()

    assert (verdict.upto.last, verdict.findings) == (3, [])


async def test_a_key_may_be_dropped_once_the_next_one_has_signed(book: Logbook) -> None:
    earlier = book.signs
    await book.sealed("a")
    book.signs = signer(2)
    book.signs.known |= earlier.known
    await book.sealed("b")

    book.signs = signer(2)

    assert (await book.verify()).findings == []
    await book.sealed("c")
    assert (await book.verify()).upto.last == 3


async def test_nothing_is_sealed_on_top_of_what_somebody_else_sealed(book: Logbook) -> None:
    await book.sealed("a")
    book.signs = signer(2)
    await book.write("b")

    with pytest.raises(ForeignTip):
        await book.seal()

    assert [(finding.fault, finding.entry) for finding in (await book.verify()).findings] == [("signature", 1)]


async def test_a_long_log_is_verified_part_by_part(book: Logbook) -> None:
    for number in range(130):
        await book.sealed(f"command {number}")

    first = await book.verify(seconds=0)
    second = await book.verify(after=first.upto.seal, seconds=0)
    last = await book.verify(after=second.upto.seal, seconds=0)

    parts = first, second, last
    assert [(part.upto.last, part.ended) for part in parts] == [(64, False), (128, False), (130, True)]
    assert sorted(second.heads) == list(range(65, 129))
    assert [finding for part in parts for finding in part.findings] == []


async def test_the_log_goes_on_where_a_restored_database_counts_its_transactions_from_anew(
    book: Logbook, connection: Connection
) -> None:
    await book.write("before the copy")
    await connection.execute("UPDATE journal SET xid = xid + 1000000000")
    assert await book.seal() is None  # as long as the new PostgreSQL has not come that far

    shift = await renumber(connection)
    await book.sealed("after the restore")
    await book.say("1", b"said after it")
    await book.seal()

    assert shift is not None
    verdict = await book.verify()
    assert (verdict.upto.last, verdict.findings) == (3, [])
    assert await renumber(connection) is None
