"""How does a department's system take webhooks? Believe, keep and apply in one transaction, answer; all else later.

    WEBHOOK_SECRET=whsec_… uvicorn webhook_consumer:app --port 3000
    shenguan conformance http://127.0.0.1:3000/hook --secret whsec_… --effects http://127.0.0.1:3000/effects

A message may come twice, and later events of another key before it: so each event is kept under its own id, and applied
only if it is newer than what is known of its subject.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, HTTPException, Request, Response
from standardwebhooks import Webhook, WebhookVerificationError

SECRETS = os.environ["WEBHOOK_SECRET"].split(",")
"""While a secret is rotated both are given, by comma."""

app = FastAPI(title="Webhook consumer")
kept = sqlite3.connect(os.environ.get("WEBHOOK_DATABASE", "webhooks.sqlite"))
kept.execute("CREATE TABLE IF NOT EXISTS applied (ord INTEGER PRIMARY KEY, id TEXT UNIQUE, subject TEXT, sequence INT)")


@app.post("/hook", status_code=204)
async def hook(request: Request) -> Response:
    """One message: an event, or a batch of them."""
    message = believed(await request.body(), dict(request.headers))
    apply(message if isinstance(message, list) else [message])
    return Response(status_code=204)


@app.get("/effects")
async def effects() -> list[dict[str, Any]]:
    """What took effect, in order: the conformance kit looks at it."""
    rows = kept.execute("SELECT id, subject, sequence FROM applied ORDER BY ord")
    return [{"id": key, "subject": subject, "sequence": sequence} for key, subject, sequence in rows]


def believed(body: bytes, headers: dict[str, str]) -> Any:
    """The message if one of the secrets signed it lately; else 401, and it is forgotten."""
    for secret in SECRETS:
        try:
            return Webhook(secret).verify(body, headers)
        except (WebhookVerificationError, ValueError):
            continue
    raise HTTPException(401, "not signed by Shenguan, or too old")


def apply(events: Sequence[dict[str, Any]]) -> None:
    """Each event once, and none before what it knows to be newer: all in one transaction."""
    with kept:
        for event in events:
            subject, sequence = event["source"] + event["subject"], int(event["sequence"])
            (newest,) = kept.execute("SELECT max(sequence) FROM applied WHERE subject = ?", (subject,)).fetchone()
            if newest is None or sequence > newest:
                entry = (event["source"] + event["id"], subject, sequence)
                kept.execute("INSERT OR IGNORE INTO applied (id, subject, sequence) VALUES (?, ?, ?)", entry)
