"""What can an operator say to Shenguan? `shenguan --help` teaches it; each command lives in its own file."""

from __future__ import annotations

import sys

import typer

from shenguan_chassis.identity import KeyFileFault
from shenguan_chassis.keys import KeyFault
from shenguan_chassis.postgres_process import PostgresNotStarted

from . import (
    audit,
    calendar,
    clocks,
    compose_env,
    conformance,
    demo,
    doctor,
    events,
    evidence,
    keys,
    repair,
    tokens,
    up,
    webhooks,
)

app = typer.Typer(
    name="shenguan",
    help="审管衔接 Shenguan: a grant reaches its supervisor, a penalty its licence, a document its reader, in time.\n\n"
    "第一次使用 First steps:  shenguan demo    或 or    shenguan up",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_show_locals=False,
    add_completion=False,
)
app.command("up")(up.up)
app.command("demo")(demo.demo)
app.command("token")(tokens.token)
app.command("clock", context_settings={"ignore_unknown_options": True})(clocks.clock)  # -1h is an answer
app.command("events")(events.events)
app.command("doctor")(doctor.doctor)
app.command("listen")(webhooks.listen)
app.command("send-test")(webhooks.send_test)
app.command("conformance")(conformance.conformance)
app.command("republish")(repair.republish)
app.add_typer(repair.deadletters, name="deadletters")
app.add_typer(keys.keys, name="keys")
app.add_typer(calendar.calendar, name="calendar")
app.add_typer(audit.audit, name="audit")
app.command("evidence")(evidence.evidence)
app.command("compose-env")(compose_env.compose_env)


def main() -> None:
    """Run the command; a fault whose text is meant for people is told as that one line, with exit code 2."""
    try:
        app()
    except (PostgresNotStarted, KeyFileFault, KeyFault) as fault:
        sys.stderr.write(f"{fault}\n")
        sys.exit(2)
