"""What do auditors learn through the doors of a service? (等保: the security auditor; R10: the overseer)"""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from shenguan_chassis.journal.head import Statement
from shenguan_chassis.testing.house import House, OpenHouse
from shenguan_chassis.testing.logbook import signer
from shenguan_contracts.control import JournalSealed
from shenguan_kernel.roles import Role
from supervision_svc.app import service

FIRE = {"department": "fire", "name": "示例消防", "kind": "department"}


@pytest.fixture
async def house(open_house: OpenHouse) -> House:
    house = await open_house(service)
    await house.http(Role.SYSTEM_ADMINISTRATOR, department="bureau").post("/departments", json=FIRE)
    await house.settle()
    await house.sealed()
    return house


async def chain_of(house: House) -> dict:
    return (await house.http(Role.SECURITY_AUDITOR).get("/journal/chain")).json()


async def test_a_command_and_its_event_are_sealed_and_whole(house: House) -> None:
    chain = await chain_of(house)

    assert (chain["rows"], chain["unsealed"], chain["next"], chain["broken_at"]) == (2, 0, None, None)
    assert chain["heads"][-1]["head"] == chain["head"]


async def test_a_row_changed_by_its_database_s_owner_is_named(house: House) -> None:
    await house.runtime.pool.execute("UPDATE journal SET person = 'somebody-else'")

    chain = await chain_of(house)

    [fault] = chain["faults"]
    assert (chain["broken_at"], fault["fault"], fault["entry"], fault["title"]) == (1, "changed", 1, "内容被改动")
    assert "register_department" in fault["about"]
    assert "somebody-else" not in str(chain)


async def test_what_comes_after_a_seal_can_be_asked_for_alone(house: House) -> None:
    newest = (await chain_of(house))["heads"][-1]

    rest = (await house.http(Role.OVERSEER).get("/journal/chain", params={"after": newest["seal"]})).json()

    assert (rest["heads"], rest["head"], rest["rows"]) == ([], newest["head"], newest["last"])


async def test_anyone_may_see_by_which_keys_the_heads_are_known(house: House) -> None:
    [key] = (await house.stranger().get("/journal/keys")).json()["keys"]
    signed = await house.runtime.pool.fetchrow("SELECT statement, signature FROM seal ORDER BY number DESC LIMIT 1")

    Ed25519PublicKey.from_public_bytes(bytes.fromhex(key["key"])).verify(
        signed["signature"], signed["statement"].encode()
    )
    assert key["current"]
    assert Statement.read(signed["statement"]).source == "urn:shenguan:370302:supervision"


async def test_the_auditor_reads_what_was_witnessed_of_the_others(house: House) -> None:
    statement = Statement(
        source="urn:shenguan:370302:notify",
        seal=1,
        first=1,
        last=3,
        algorithm="sm3",
        root=b"r" * 32,
        previous=bytes(32),
        back=bytes(32),
        sealed_at=house.clock.system(),
    )
    signed = signer(service="notify").sign(statement.text())
    note = JournalSealed(
        source="notify",
        said_at=house.clock.system(),
        number=3,
        head=statement.head().hex(),
        statement=signed.text,
        key=signed.key.hex(),
        signature=signed.signature.hex(),
    )
    await house.runtime.control._witness(note)
    auditor = house.http(Role.SECURITY_AUDITOR)

    [seen] = (await auditor.get("/journal/witnessed", params={"source": "notify"})).json()

    assert (seen["source"], seen["seal"], seen["last"], seen["head"]) == ("notify", 1, 3, statement.head().hex())
    assert (await auditor.get("/journal/witnessed", params={"source": "expert"})).json() == []


@pytest.mark.parametrize("path", ["/journal/chain", "/journal/witnessed"])
async def test_nobody_else_may_look_at_them(house: House, path: str) -> None:
    answer = await house.http(Role.INSPECTOR, department="fire").get(path)

    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
