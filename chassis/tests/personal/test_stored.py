"""Personal columns: sealed as a row is written, opened as it is read, found by index, sealed anew after a rotation."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from asyncpg import Connection
from sqlalchemy import Column, MetaData, Text, select

from shenguan_chassis import db
from shenguan_chassis.batch_tx import BatchTx
from shenguan_chassis.clock import SandboxClock
from shenguan_chassis.identity.caller import service_itself
from shenguan_chassis.keys import Cipher, KeyFault, Keys
from shenguan_chassis.migrating import migrate
from shenguan_chassis.personal import Personal, SealBroken
from shenguan_chassis.personal.column import personal, same
from shenguan_chassis.personal.keyring import examine, rewrap, uses
from shenguan_chassis.reading import Read
from shenguan_chassis.store import BUREAU, aggregate, copy, stored
from shenguan_chassis.testing.keys import a_master_key
from shenguan_chassis.testing.postgres import Databases
from shenguan_chassis.tx import Speaker, Tx
from shenguan_chassis.writes import write_command
from shenguan_contracts.supervision import ApprovalClaimed

NUMBER, OTHER = "13900001234", "13900005678"
metadata = MetaData()


class Phone(Personal, kind="phone"):
    @staticmethod
    def check(text: str) -> str:
        return text.replace(" ", "")

    @staticmethod
    def mask(clear: str) -> str:
        return f"{clear[:3]}****{clear[-4:]}"


def touched(key: UUID) -> ApprovalClaimed:
    """Any event will do: cards lie on the streams of watches here."""
    return ApprovalClaimed(
        watch_id=key, department="fire", license_id=key, claimed_at=datetime(2026, 2, 2, 1, tzinfo=UTC)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    id: UUID
    version: int = 0
    title: str = "示例"
    phone: Phone | None = None
    second: Phone | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    name: str
    phone: Phone


columns = [Column("title", Text, nullable=False), personal("phone"), personal("second")]
cards = aggregate(metadata, Card, noun="watch", table="cards", owner=BUREAU, columns=columns)
kepts = copy(
    metadata,
    Kept,
    key=["name"],
    owner=BUREAU,
    table="kepts",
    columns=[Column("name", Text, primary_key=True), personal("phone", nullable=False)],
)
PLACES = [stored(Card), stored(Kept)]
_DDL = """
CREATE TABLE cards (id uuid PRIMARY KEY, version bigint NOT NULL, title text NOT NULL, phone bytea, second bytea);
CREATE INDEX ix_cards_phone ON cards (phone);
CREATE INDEX ix_cards_second ON cards (second);
CREATE TABLE kepts (name text PRIMARY KEY, phone bytea NOT NULL);
"""


def keys(*generations: int, cipher: Cipher = Cipher.AES_256_GCM) -> Keys:
    return Keys.read(",".join(map(a_master_key, generations)), "supervision", cipher)


async def lay_out(dsn: str) -> None:
    await migrate(dsn, Path(__file__).parent / "no_migrations")
    connection = await db.connect(dsn)
    await connection.execute(_DDL)
    await connection.close()


@dataclass
class Desk:
    connection: Connection
    clock: SandboxClock = field(default_factory=SandboxClock)

    def _known(self, with_keys: Keys) -> dict[str, Any]:
        speaker = Speaker("supervision", "urn:shenguan:370302:supervision")
        caller, now = service_itself("supervision"), self.clock.legal()
        return {"speaker": speaker, "caller": caller, "now": now, "keys": with_keys}

    def tx(self, with_keys: Keys) -> Tx:
        return Tx(self.connection, **self._known(with_keys))

    def batch(self, with_keys: Keys) -> BatchTx:
        return BatchTx(self.connection, **self._known(with_keys))

    def read(self, with_keys: Keys) -> Read:
        return Read(self.connection, self.clock.legal(), None, None, with_keys)

    async def commit(self, tx: Tx) -> None:
        await write_command(self.connection, tx.pending, self.clock.system(), None)

    async def make(self, with_keys: Keys, **what: Any) -> Card:
        tx = self.tx(with_keys)
        made = tx.add(Card(id=(key := uuid4()), **what), touched(key))
        await self.commit(tx)
        return made

    async def examine(self, with_keys: Keys) -> None:
        await examine(self.connection, PLACES, with_keys, self.clock.system())


@pytest.fixture
async def desk(databases: Databases) -> AsyncIterator[Desk]:
    connection = await db.connect(await databases.fresh("personal", lay_out))
    yield Desk(connection)
    await connection.close()


async def test_what_is_written_is_sealed_and_what_is_read_is_not(desk: Desk) -> None:
    made = await desk.make(keys(1), phone=Phone(NUMBER))

    lies = await desk.connection.fetchval("SELECT phone FROM cards")
    assert NUMBER.encode() not in lies
    assert await desk.read(keys(1)).get(Card, made.id) == made
    assert (await desk.tx(keys(1)).get(Card, made.id)).phone == Phone(NUMBER)


async def test_a_batch_writes_and_reads_the_same(desk: Desk) -> None:
    key = uuid4()
    async with desk.connection.transaction():
        tx = desk.batch(keys(1))
        tx.add(Card(id=key, phone=Phone(NUMBER)), touched(key))
        tx.keep(Kept(name="甲", phone=Phone(OTHER)))
        await tx.flush()

    async with desk.connection.transaction():
        later = desk.batch(keys(1))
        await later.prefetch([(Card, key), (Kept, "甲")])
        card = await later.get(Card, key)
        later.save(replace(card, title="改"), touched(key))
        await later.flush()

    assert (await desk.read(keys(1)).get(Card, key)).phone == Phone(NUMBER)
    assert (await desk.read(keys(1)).get(Kept, "甲")).phone == Phone(OTHER)


async def test_a_ciphertext_moved_to_another_row_or_column_does_not_open(desk: Desk) -> None:
    one = await desk.make(keys(1), phone=Phone(NUMBER), second=Phone(OTHER))
    two = await desk.make(keys(1), phone=Phone(OTHER))

    moved = "UPDATE cards SET phone = (SELECT phone FROM cards WHERE id = $1) WHERE id = $2"
    await desk.connection.execute(moved, one.id, two.id)
    await desk.connection.execute("UPDATE cards SET second = phone WHERE id = $1", one.id)

    for card in (one, two):
        with pytest.raises(SealBroken):
            await desk.read(keys(1)).get(Card, card.id)


async def test_a_datum_taken_from_another_row_is_sealed_for_its_new_one(desk: Desk) -> None:
    one = await desk.make(keys(1), phone=Phone(NUMBER))
    read = await desk.read(keys(1)).get(Card, one.id)

    two = await desk.make(keys(1), phone=read.phone)

    assert (await desk.read(keys(1)).get(Card, two.id)).phone == Phone(NUMBER)


async def test_what_did_not_change_is_not_sealed_again(desk: Desk) -> None:
    made = await desk.make(keys(1), phone=Phone(NUMBER))
    before = await desk.connection.fetchval("SELECT phone FROM cards")

    tx = desk.tx(keys(1))
    tx.save(replace(await tx.get(Card, made.id), title="改"), touched(made.id))
    await desk.commit(tx)

    assert await desk.connection.fetchval("SELECT phone FROM cards") == before


async def test_who_has_a_number_is_found_by_the_index_through_every_generation(desk: Desk) -> None:
    old = await desk.make(keys(1), phone=Phone(NUMBER))
    new = await desk.make(keys(2, 1, cipher=Cipher.SM4_GCM), phone=Phone(NUMBER))
    await desk.make(keys(2, 1), phone=Phone(OTHER), second=Phone(NUMBER))
    read = desk.read(keys(2, 1))

    statement = select(cards).where(same(cards.c.phone, Phone("139 0000 1234"), read.keys))
    found = {read.load(Card, row).id for row in await read.rows(statement)}
    text, values = read.compiled(statement)
    await desk.connection.execute("SET enable_seqscan = off")
    plan = "\n".join(row[0] for row in await desk.connection.fetch(f"EXPLAIN {text}", *values))

    assert found == {old.id, new.id}
    assert "ix_cards_phone" in plan


async def test_after_a_rotation_old_rows_are_read_and_new_ones_written_with_the_newest(desk: Desk) -> None:
    old = await desk.make(keys(1), phone=Phone(NUMBER))

    await desk.make(keys(2, 1), phone=Phone(OTHER))

    assert (await desk.read(keys(2, 1)).get(Card, old.id)).phone == Phone(NUMBER)
    assert [(use.generation, use.data) for use in await uses(desk.connection, PLACES)] == [(1, 1), (2, 1)]


async def test_rows_are_sealed_anew_in_bounded_batches_until_none_needs_the_old_generation(desk: Desk) -> None:
    made = [await desk.make(keys(1), phone=Phone(NUMBER), second=Phone(OTHER)) for _ in range(5)]
    both = keys(2, 1, cipher=Cipher.SM4_GCM)

    done: list[int] = []
    while not done or done[-1]:
        async with desk.connection.transaction():
            done.append(await rewrap(desk.connection, PLACES, both, 2))

    assert done == [2, 2, 1, 0]
    assert [(use.generation, use.cipher, use.data) for use in await uses(desk.connection, PLACES)] == [
        (2, Cipher.SM4_GCM, 10)
    ]
    alone = desk.read(keys(2))
    assert [await alone.get(Card, card.id) for card in made] == made


async def test_a_command_that_read_before_rows_were_sealed_anew_does_not_bring_the_old_seal_back(desk: Desk) -> None:
    made = await desk.make(keys(1), phone=Phone(NUMBER))
    tx = desk.tx(keys(2, 1))
    card = await tx.get(Card, made.id)

    async with desk.connection.transaction():
        await rewrap(desk.connection, PLACES, keys(2, 1), 10)
    tx.save(replace(card, title="改"), touched(made.id))
    await desk.commit(tx)

    assert [use.generation for use in await uses(desk.connection, PLACES)] == [2]


async def test_a_start_is_refused_while_rows_need_a_generation_that_is_not_at_hand(desk: Desk) -> None:
    await desk.examine(keys(1))
    await desk.make(keys(1), phone=Phone(NUMBER))
    await desk.make(keys(2, 1), phone=Phone(NUMBER))

    with pytest.raises(KeyFault) as missing:
        await desk.examine(keys(2))

    assert missing.value.code == "master_key_missing"
    assert "k1" in str(missing.value)
    await desk.examine(keys(2, 1))


async def test_a_start_is_refused_with_another_key_under_a_known_name(desk: Desk) -> None:
    await desk.examine(keys(1))
    other = Keys.read(f"k1:{a_master_key(2).partition(':')[2]}", "supervision")

    with pytest.raises(KeyFault) as differs:
        await desk.examine(other)

    assert differs.value.code == "master_key_differs"


@dataclass(frozen=True, slots=True, kw_only=True)
class InTheOpen:
    id: UUID
    version: int = 0
    phone: Phone | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    id: UUID
    version: int = 0
    phone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Many:
    id: UUID
    version: int = 0
    phone: tuple[Phone, ...] = ()


@pytest.mark.parametrize(
    ("kind", "column"),
    [(InTheOpen, Column("phone", Text)), (Plain, personal("phone")), (Many, personal("phone"))],
)
def test_a_personal_field_and_its_column_go_together_or_nothing_is_declared(kind: type[Any], column: Any) -> None:
    with pytest.raises(TypeError):
        aggregate(MetaData(), kind, noun="card", owner=BUREAU, columns=[column])
