"""What do services say to each other about the bus itself? Unsequenced notes on the control topic, never in feeds."""

from __future__ import annotations

from hashlib import blake2b
from typing import Annotated, Literal, get_args

import orjson
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter

from .event import doc

CONTROL_PREFIX = "cn.shenguan.control"
"""Begins the type of every note."""


class _Note(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    source: str = doc("The service that says it.", "发出服务")
    said_at: AwareDatetime = doc("System time.", "系统时间")


class StreamsHeard(_Note):
    """点名: the last number of each stream lately changed; who is behind asks again."""

    kind: Literal["StreamsHeard"] = "StreamsHeard"
    heads: tuple[tuple[str, int], ...] = doc("Subject and last number.", "事件流与最后序号")


class RollCallAsked(_Note):
    """请求点名: a listener doubts that it heard everything: each service tells its heads, whoever asks how often."""

    kind: Literal["RollCallAsked"] = "RollCallAsked"
    since: AwareDatetime = doc("Streams changed since then, in system time.", "自何时起")


class ResendAsked(_Note):
    """请求补发: a listener misses numbers of a stream: its owner sends them again."""

    kind: Literal["ResendAsked"] = "ResendAsked"
    owner: str = doc("The service whose stream it is.", "所属服务")
    subject: str = doc("The stream.", "事件流")
    first: int = doc("The first number missed.", "首个缺号", ge=1)
    last: int | None = doc("The last number missed; none: to the stream's end.", "末个缺号", default=None)


class JournalSealed(_Note):
    """日志链封存: the head of a service's journal chain; others keep it, so that its past stays."""

    kind: Literal["JournalSealed"] = "JournalSealed"
    number: int = doc("How many entries the log has: journal rows and events.", "条数", ge=1)
    head: str = doc("Hash of what the newest seal says, hex.", "链首哈希")
    statement: str | None = doc("What the newest seal says, as it was signed.", "封存声明", default=None)
    key: str | None = doc("Ed25519 public key of who signed it, hex.", "签名公钥", default=None)
    signature: str | None = doc("Ed25519 signature over the statement, hex.", "签名", default=None)


class MarkAsked(_Note):
    """询问进度: before something is called overdue: has everything that you dated before `until` left your house?"""

    kind: Literal["MarkAsked"] = "MarkAsked"
    until: AwareDatetime = doc("An instant of the legal clock.", "法定时刻")


class MarkGiven(_Note):
    """告知进度: all that this service dated before `until` is on the bus, before these positions of its topic."""

    kind: Literal["MarkGiven"] = "MarkGiven"
    until: AwareDatetime = doc("The instant asked for.", "所询时刻")
    ends: tuple[tuple[int, int], ...] = doc("Partition and next offset.", "分区与位置")


Note = StreamsHeard | RollCallAsked | ResendAsked | JournalSealed | MarkAsked | MarkGiven
NOTES: tuple[type[BaseModel], ...] = get_args(Note)
"""Every kind of note."""
_NOTE: TypeAdapter[Note] = TypeAdapter(Annotated[Note, Field(discriminator="kind")])


def encode_note(note: Note, *, source: str) -> bytes:
    """A note as CloudEvents structured JSON; `source` is the speaker's urn."""

    digest = blake2b(note.model_dump_json().encode(), digest_size=8).hexdigest()
    head = {
        "specversion": "1.0",
        "id": f"{note.kind}-{note.said_at.timestamp():.6f}-{digest}",
        "source": source,
        "type": f"{CONTROL_PREFIX}.{note.kind}.v1",
        "time": note.said_at,
        "datacontenttype": "application/json",
        "data": note.model_dump(mode="json"),
    }
    return orjson.dumps(head)


def decode_note(value: bytes) -> Note | None:
    """The note, or None where this edition does not know it."""

    try:
        head = orjson.loads(value)
        return _NOTE.validate_python(head["data"]) if head["type"].startswith(CONTROL_PREFIX) else None
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
