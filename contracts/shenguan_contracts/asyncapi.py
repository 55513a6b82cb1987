"""Who says what on which topic? The AsyncAPI 3.0 document, built from the classes of events and notes."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from pydantic import BaseModel

from .catalogue import CONTROL_TOPIC, SERVICES, sayings, topic_of
from .control import NOTES
from .event import Event
from .json_schema import both_languages, described

Document = dict[str, Any]

EVENT_CONTENT = "application/cloudevents+json"
FEED_TOPIC = "shenguan.feed.{department}.v1"
_TITLES = {"approval": "审批", "supervision": "监管", "notify": "提醒督办", "expert": "专家抽取"}
_ENGLISH = {
    "approval": "approvals",
    "supervision": "supervision",
    "notify": "duties and reminders",
    "expert": "experts and draws",
}


def asyncapi() -> Document:
    """The document; equal classes give an equal document."""
    said = sayings()
    return {
        "asyncapi": "3.0.0",
        "id": "urn:shenguan:contracts",
        "info": _info(),
        "defaultContentType": EVENT_CONTENT,
        "servers": {"kafka": _server()},
        "channels": {
            **{service: _topic(service, said) for service in SERVICES},
            "feed": _feed(said),
            "control": _control(),
        },
        "operations": _operations(),
        "components": {
            "messages": {
                **{_name(service, event): _message(service, event) for service, event in said},
                **{f"control.{note.__name__}.v1": _note_message(note) for note in NOTES},
            }
        },
    }


def _info() -> Document:
    english = (
        "Four services tell each other what happened. An event is a CloudEvents 1.0 document in structured JSON; its"
        " number in its stream (source and subject) is `sequence`, from 1 without gap. Delivered at least once: a"
        " reader keeps the last number of each stream, drops what it knows, waits for what it misses, and ignores"
        " fields and types that it does not know. Events of one key come in order; between keys and topics there is"
        " no order."
    )
    chinese = (
        "四个服务以事件互相告知。事件为 CloudEvents 1.0 结构化 JSON，sequence 为其在所属事件流中的序号，自 1 起连续。"
        "至少送达一次：接收方按流记录最后序号，重复的丢弃，缺号的等待，"
        "不认识的字段和类型忽略。同一键内有序，跨键、跨主题无序。"
    )
    return described({"title": "Shenguan 审管", "version": version("shenguan-contracts")}, english, chinese)


def _server() -> Document:
    server = {
        "host": "{bootstrap}",
        "protocol": "kafka",
        "variables": {"bootstrap": {"default": "localhost:9092", "description": "The brokers of the installation."}},
    }
    return described(server, "Apache Kafka, or the embedded log with the same promises.", "Kafka，或承诺相同的内嵌日志")


def _topic(service: str, said: list[tuple[str, type[Event]]]) -> Document:
    names = [_name(said_by, event) for said_by, event in said if said_by == service]
    channel = {"address": topic_of(service), "title": f"{_TITLES[service]}事件", "messages": _references(names)}
    english, chinese = f"What {service}-svc says about {_ENGLISH[service]}.", f"{_TITLES[service]}服务发出的事件"
    return described(channel, english, chinese)


def _feed(said: list[tuple[str, type[Event]]]) -> Document:
    english = (
        "What one department may see (the events whose `audience` names it) and nothing else: the one topic that its"
        " systems read. `feedsequence` numbers the feed itself without gap; `sequence` stays the number in the stream."
    )
    channel = {
        "address": FEED_TOPIC,
        "title": "部门事件",
        "parameters": {"department": {"description": "The department's code 部门代码, such as `fire`."}},
        "messages": _references([_name(service, event) for service, event in said if _is_for_departments(event)]),
    }
    return described(channel, english, "部门可见的事件；部门系统只读此主题，feedsequence 为本主题内序号")


def _is_for_departments(event: type[Event]) -> bool:
    return not event.model_fields.keys().isdisjoint({"department", "departments"})


def _control() -> Document:
    channel = {
        "address": CONTROL_TOPIC,
        "title": "总线控制",
        "messages": _references([f"control.{note.__name__}.v1" for note in NOTES]),
    }
    english = "What services say to each other about the bus itself: no events, unnumbered."
    return described(channel, english, "服务间关于总线本身的通知")


def _references(names: list[str]) -> Document:
    return {name: {"$ref": f"#/components/messages/{name}"} for name in names}


def _operations() -> Document:
    said_and_heard = [
        *((service, f"{service}-svc says what happened.", "Any other service hears it.") for service in SERVICES),
        ("feed", "notify-svc writes each department's feed.", "A department's systems read it."),
        ("control", "Any service says it.", "Every service hears it."),
    ]
    operations: Document = {}
    for channel, says, hears in said_and_heard:
        operations[f"say-{channel}"] = _operation("send", channel, says, "发出")
        operations[f"hear-{channel}"] = _operation("receive", channel, hears, "接收")
    return operations


def _operation(action: str, channel: str, english: str, chinese: str) -> Document:
    return described({"action": action, "channel": {"$ref": f"#/channels/{channel}"}}, english, chinese)


def _name(service: str, event: type[Event]) -> str:
    return f"{service}.{event.__name__}.v{event.version}"


def _message(service: str, event: type[Event]) -> Document:
    chinese, english = both_languages(event.__doc__ or "")
    message = {
        "name": event.__name__,
        "title": chinese,
        "contentType": EVENT_CONTENT,
        "bindings": {"kafka": {"key": {"type": "string", "description": "The event's subject, `<noun>/<id>`."}}},
        "payload": {"$ref": f"./schemas/{service}/{event.__name__}.v{event.version}.json"},
    }
    return described(message, english, chinese)


def _note_message(note: type[BaseModel]) -> Document:
    chinese, english = both_languages(note.__doc__ or "")
    message = {
        "name": note.__name__,
        "title": chinese,
        "contentType": EVENT_CONTENT,
        "payload": {"$ref": f"./schemas/control/{note.__name__}.v1.json"},
    }
    return described(message, english, chinese)
