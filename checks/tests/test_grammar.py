"""What is out of place is found by line and rule, in the room where it is wrong and in no other."""

from collections.abc import Callable
from pathlib import Path

import pytest

from checks.grammar import grammar

Judged = Callable[[str, str], list[tuple[int, str]]]
CASES = "services/approval-svc/approval_svc/cases"
RULES, STORE, COMMANDS = f"{CASES}/rules.py", f"{CASES}/store.py", f"{CASES}/commands.py"
REACTIONS, VIEWS, FEES = f"{CASES}/reactions.py", f"{CASES}/views.py", f"{CASES}/fees.py"
KERNEL = "kernel/shenguan_kernel/working_days/due.py"
CHASSIS = "chassis/shenguan_chassis/tx.py"
TEST = "services/approval-svc/tests/test_cases.py"


@pytest.mark.parametrize(
    ("imports", "use", "rule"),
    [
        ("from datetime import datetime", "datetime.now()", "clock"),
        ("from datetime import datetime as dt", "dt.utcnow()", "clock"),
        ("import datetime", "datetime.date.today()", "clock"),
        ("from datetime import datetime", "field(default_factory=datetime.now)", "clock"),
        ("import time", "time.time()", "clock"),
        ("from time import monotonic", "monotonic()", "clock"),
        ("from shenguan_chassis.clock import RealClock", "RealClock()", "clock"),
        ("from uuid import uuid4", "uuid4()", "chance"),
        ("import uuid", "uuid.uuid7()", "chance"),
        ("import random as dice", "dice.choice([1])", "chance"),
        ("from secrets import token_hex", "token_hex()", "chance"),
        ("from os import urandom", "urandom(8)", "chance"),
        ("from shenguan_chassis.ids import new_id", "new_id()", "chance"),
    ],
)
@pytest.mark.parametrize("path", [RULES, COMMANDS, KERNEL])
def test_the_domain_asks_neither_time_nor_chance(judged: Judged, path: str, imports: str, use: str, rule: str) -> None:
    assert judged(path, f"{imports}\n\nNOW = {use}\n") == [(4, rule)]


@pytest.mark.parametrize("path", [CHASSIS, TEST])
def test_the_chassis_and_tests_may_ask_the_time(judged: Judged, path: str) -> None:
    assert judged(path, "from datetime import UTC, datetime\n\nNOW = datetime.now(UTC)\n") == []


def test_what_only_looks_like_a_clock_is_none(judged: Judged) -> None:
    assert (
        judged(RULES, "from datetime import datetime\n\n\ndef at(now: datetime) -> datetime:\n    return now\n") == []
    )


@pytest.mark.parametrize("call", ["commit", "rollback", "execute", "fetchrow", "transaction"])
@pytest.mark.parametrize("path", [COMMANDS, STORE, REACTIONS])
def test_only_the_chassis_commits(judged: Judged, path: str, call: str) -> None:
    text = f"\nasync def grant(tx):\n    await tx.{call}()\n"

    assert judged(path, text) == [(4, "commit")]
    assert judged(CHASSIS, text) == []


def test_sql_stands_in_the_store_and_in_views_only(judged: Judged) -> None:
    text = "from sqlalchemy import select\n"

    assert judged(COMMANDS, text) == [(2, "sql-place")]
    assert judged(RULES, text) == [(2, "sql-place")]
    assert judged(STORE, text) == judged(VIEWS, text) == judged(CHASSIS, text) == []


@pytest.mark.parametrize("path", [RULES, FEES, KERNEL])
def test_a_rule_waits_for_nobody(judged: Judged, path: str) -> None:
    assert judged(path, "\nasync def grant(case):\n    await case\n") == [(3, "rule-waits"), (4, "rule-waits")]


@pytest.mark.parametrize("path", [COMMANDS, CHASSIS])
def test_what_is_no_rule_may_wait(judged: Judged, path: str) -> None:
    assert judged(path, "\nasync def grant(case):\n    await case\n") == []


def test_what_runs_by_itself_is_given_a_runtime_and_may_wait(judged: Judged) -> None:
    worker = """
        from shenguan_chassis.runtime import Runtime

        async def keep_time(runtime: Runtime):
            await runtime
        """

    assert judged(f"{CASES}/scheduler.py", worker) == []


@pytest.mark.parametrize("word", ["store", "api", "reactions"])
def test_a_slice_keeps_its_tables_and_its_edges_to_itself(judged: Judged, word: str) -> None:
    assert judged(COMMANDS, f"from approval_svc.licenses.{word} import x\n") == [(2, "slice-door")]
    assert judged(COMMANDS, f"from approval_svc.licenses import {word}\n") == [(2, "slice-door")]
    assert judged(COMMANDS, f"from ..licenses import {word}\n") == [(2, "slice-door")]
    assert judged(COMMANDS, f"from . import {word}\n") == []


def test_a_slice_may_be_asked_through_its_commands_views_and_rules(judged: Judged) -> None:
    assert (
        judged(COMMANDS, "from ..licenses import commands, rules, views\nfrom ..licenses.rules import License\n") == []
    )


def test_a_service_mounts_a_slice_of_the_kernel_whole(judged: Judged) -> None:
    assert judged(COMMANDS, "from shenguan_kernel.documents import api, store\n") == []


@pytest.mark.parametrize("bus", ["kafka", "kafka_member", "embedded"])
def test_nobody_knows_which_bus_there_is(judged: Judged, bus: str) -> None:
    text = f"from shenguan_chassis.bus.{bus} import Bus\n"

    assert judged("chassis/shenguan_chassis/relay.py", text) == [(2, "bus-door")]
    assert judged("launcher/shenguan_launcher/up.py", text) == [(2, "bus-door")]
    assert judged("chassis/shenguan_chassis/bus/connect.py", text) == []
    for known in ("port", "connect", "kafka_settings"):
        assert judged("launcher/shenguan_launcher/up.py", f"from shenguan_chassis.bus.{known} import Bus\n") == []


@pytest.mark.parametrize("name", ["on_issued", "handle_issued", "process_issued"])
def test_a_reaction_is_named_after_its_effect(judged: Judged, name: str) -> None:
    assert judged(REACTIONS, f"\nasync def {name}(tx, issued):\n    tx.keep(issued)\n") == [(3, "reaction-name")]
    assert judged(REACTIONS, "\nasync def watch_new_license(tx, issued):\n    tx.keep(issued)\n") == []


@pytest.mark.parametrize("word", ["utils", "helpers", "manager", "service", "data"])
def test_a_file_of_a_slice_names_a_noun(judged: Judged, word: str) -> None:
    assert judged(f"{CASES}/{word}.py", "") == [(1, "vague-file")]


def test_the_chassis_may_call_a_service_a_service(judged: Judged) -> None:
    assert judged("chassis/shenguan_chassis/service.py", "") == []
    assert judged("chassis/shenguan_chassis/utils.py", "") == [(1, "vague-file")]


def test_a_class_is_named_after_what_it_is(judged: Judged) -> None:
    assert judged(CHASSIS, "\nclass OutboxManager:\n    pass\n") == [(3, "vague-class")]


def test_a_module_says_its_question(tmp_path: Path) -> None:
    (tmp_path / CASES).mkdir(parents=True)
    (tmp_path / RULES).write_text("LIMIT = 5\n", "utf-8")

    assert [finding.rule for finding in grammar(tmp_path)] == ["docstring"]


def test_nothing_is_left_for_later(judged: Judged) -> None:
    assert judged(CHASSIS, 'TEXT = "TODO"\nLIMIT = 5  # TODO: ask\n') == [(3, "unfinished")]


@pytest.mark.parametrize("caught", ["except Exception:", "except (ValueError, BaseException):", "except:"])
def test_everything_is_caught_in_the_listed_loops_only(judged: Judged, caught: str) -> None:
    text = f"try:\n    LIMIT = 5\n{caught}\n    LIMIT = 6\n"

    assert judged(CHASSIS, text) == judged(COMMANDS, text) == [(4, "broad-except")]
    assert judged("chassis/shenguan_chassis/relay.py", text) == []


def test_who_tidies_up_and_raises_again_catches_nothing(judged: Judged) -> None:
    assert judged(CHASSIS, "try:\n    LIMIT = 5\nexcept BaseException:\n    LIMIT = 6\n    raise\n") == []


def test_a_test_does_not_sleep_and_does_not_mock(judged: Judged) -> None:
    slept = "import asyncio\n\n\nasync def test_it():\n    await asyncio.sleep(0)\n    await asyncio.sleep(0.1)\n"

    assert judged(TEST, slept) == [(7, "test-sleeps")]
    assert judged(TEST, "from unittest.mock import Mock\n\nCLOCK = Mock()\n") == [(4, "test-mocks")]
    assert judged(CHASSIS, slept) == []


def test_a_test_may_nap_until_what_it_means_is_so(judged: Judged) -> None:
    napping = "import asyncio\n\n\nasync def until(true):\n    while {}:\n        await asyncio.sleep(0.01)\n"

    assert judged(TEST, napping.format("not true()")) == []
    assert judged(TEST, napping.format("True")) == [(7, "test-sleeps")]


def test_a_law_is_set_aside_with_a_reason(judged: Judged) -> None:
    caught = "try:\n    LIMIT = 5\nexcept Exception:{}\n    LIMIT = 6\n"

    assert judged(CHASSIS, caught.format("  # allow broad-except: the plug-in is the operator's own code")) == []


@pytest.mark.parametrize("comment", ["  # allow broad-except", "  # allow broad-except:", "  # allow broad-except:  "])
def test_a_permission_without_a_reason_permits_nothing(judged: Judged, comment: str) -> None:
    assert judged(CHASSIS, f"try:\n    LIMIT = 5\nexcept Exception:{comment}\n    LIMIT = 6\n") == [(4, "broad-except")]


def test_a_permission_that_nothing_needs_is_struck(judged: Judged) -> None:
    assert judged(CHASSIS, "LIMIT = 5  # allow clock: it is no clock\n") == [(2, "idle-permission")]
    assert judged(CHASSIS, 'TEXT = "  # allow clock: in a string"\n') == []


def test_a_finding_says_where_what_and_where_it_belongs(plant: Callable[[str, str], None], tmp_path: Path) -> None:
    plant(COMMANDS, '"""Who?"""\nfrom uuid import uuid4\n\nID = uuid4()\n')

    (finding,) = grammar(tmp_path)

    assert str(finding) == (
        f"{COMMANDS}:4: chance: uuid.uuid4 cannot be replayed. "
        "Take it as an argument: an id comes from `tx.new_id()`, a draw's seed from its source."
    )


def test_migrations_are_no_modules_of_ours(plant: Callable[[str, str], None], tmp_path: Path) -> None:
    plant("services/approval-svc/approval_svc/migrations/versions/0001_first.py", "from sqlalchemy import text\n")

    assert grammar(tmp_path) == []


_DOOR = """
@router.post("/cases/{{case_id}}/accept"{said})
async def accept(case_id, call):
    return await call.give(commands.accept_case, case_id, shows=CaseView{given})
"""


@pytest.mark.parametrize(
    ("said", "given", "found"),
    [
        ("", ", changes=Case", []),
        (", status_code=201", ', status=201, at="/cases/{id}"', []),
        ("", "", [(5, "unnamed-change")]),
        ("", ', status=201, at="/cases/{id}"', [(5, "unnamed-change")]),
        (", status_code=201", ', at="/cases/{id}"', [(5, "unplaced-creation")]),
        (", status_code=201", ", status=201", [(5, "unplaced-creation")]),
    ],
)
def test_a_command_at_a_door_creates_or_names_what_it_changes(
    judged: Judged, said: str, given: str, found: list[tuple[int, str]]
) -> None:
    assert judged(f"{CASES}/api.py", _DOOR.format(said=said, given=given)) == found


def test_a_door_that_takes_a_post_gives_a_command(judged: Judged) -> None:
    text = '\n@router.post("/cases/count")\nasync def count(call):\n    return await call.show(views.count)\n'

    assert judged(f"{CASES}/api.py", text) == [(4, "unknown-command")]


@pytest.mark.parametrize("path", [VIEWS, COMMANDS, RULES])
@pytest.mark.parametrize("use", ["read.scope", "tx.caller.scope", "read.connection", "tx.connection"])
def test_no_slice_tells_departments_apart_by_hand(judged: Judged, path: str, use: str) -> None:
    assert judged(path, f"def seen(read, tx):\n    return {use}\n") == [(3, "scope-by-hand")]


def test_the_chassis_tells_them_apart(judged: Judged) -> None:
    assert judged(CHASSIS, "def seen(read):\n    return read.scope, read.connection\n") == []
