"""Does each service's OpenAPI document say everything, in Chinese, with examples that are true? `docs/openapi/*.json`.

The standard is held by openapi-spec-validator and by rules of our own, always; where Node is, `checks.spectral` holds
Spectral's against the same files.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator

from checks.facts import House
from checks.findings import Finding
from shenguan_chassis.http.app import application
from shenguan_chassis.service import Service

FOLDER = "docs/openapi"
Document = dict[str, Any]


def documents(house: House) -> dict[str, str]:
    """The document of each service, as it lies in the repository, by path."""
    return {f"{FOLDER}/{service.name}.json": _written(document_of(service)) for service in house.services}


_made: dict[str, Document] = {}


def document_of(service: Service) -> Document:
    """The document that the service itself serves."""
    if service.name not in _made:
        _made[service.name] = application(service).openapi()
    return _made[service.name]


def _written(document: Document) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def openapi(house: House) -> list[Finding]:
    """Everything that a document leaves out or says wrongly."""
    found: list[Finding] = []
    for service in house.services:
        path, document = f"{FOLDER}/{service.name}.json", document_of(service)
        wrong = (error.message for error in OpenAPIV31SpecValidator(document).iter_errors())
        found += [Finding(path, 1, "openapi", message[:300], "Say it as OpenAPI 3.1 wants it.") for message in wrong]
        found += [Finding(path, 1, rule, f"{where}: {what}", _REMEDIES[rule]) for rule, where, what in judge(document)]
    return found


_REMEDIES = {
    "summary": "Give the door a Chinese `summary`.",
    "description": "Give it a Chinese `description`.",
    "example": "Give the field or its type `examples`.",
    "answer": "Give the door a `response_model`, or `responses` for what is no JSON.",
    "operation-id": "Name the endpoint otherwise.",
    "problem": "Let `http/reference.py` describe it.",
    "roles": "Lead the endpoint to a `@command` or `@view`; `http/reach.py` must find it.",
}
Fault = tuple[str, str, str]


def judge(document: Document) -> Iterator[Fault]:
    """Our own rules: rule, where, what."""
    seen: set[str] = set()
    for where, operation in operations(document):
        if operation["operationId"] in seen:
            yield "operation-id", where, f"{operation['operationId']} is another's name too"
        seen.add(operation["operationId"])
        if not _chinese(operation.get("summary", "")):
            yield "summary", where, "has no Chinese summary"
        if operation["security"] and not operation.get("x-roles"):
            yield "roles", where, "wants a token and names no role that would do"
        yield from _of_parameters(where, operation, document)
        yield from _of_body(where, operation, document)
        yield from _of_answers(where, operation, document)


def operations(document: Document) -> Iterator[tuple[str, Document]]:
    """Each operation with its method and path."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def _of_parameters(where: str, operation: Document, document: Document) -> Iterator[Fault]:
    for parameter in operation.get("parameters", []):
        if not _chinese(parameter.get("description", "")):
            yield "description", where, f"parameter {parameter['name']} is not described in Chinese"
        if "example" in parameter:
            yield from _untrue(f"{where} {parameter['name']}", parameter["schema"], parameter["example"], document)


def _of_body(where: str, operation: Document, document: Document) -> Iterator[Fault]:
    for kind, body in operation.get("requestBody", {}).get("content", {}).items():
        if "example" not in body and "examples" not in body:
            yield "example", where, f"its {kind} has no example"
            continue
        yield from _untrue(f"{where} body", body["schema"], body.get("example"), document)
        yield from _undescribed(where, body["schema"], document, set())


def _undescribed(where: str, schema: Mapping[str, Any], document: Document, seen: set[str]) -> Iterator[Fault]:
    """Fields that somebody must fill in and that say nothing of themselves."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        if name not in seen:
            yield from _undescribed(name, document["components"]["schemas"][name], document, seen | {name})
        return
    for name, field in schema.get("properties", {}).items():
        if not _chinese(field.get("description", "")):
            yield "description", where, f"field {name} is not described in Chinese"
        yield from _undescribed(f"{where}.{name}", field, document, seen)
    for inner in (*schema.get("anyOf", ()), *((schema["items"],) if schema.get("items") else ())):
        yield from _undescribed(where, inner, document, seen)


def _of_answers(where: str, operation: Document, document: Document) -> Iterator[Fault]:
    for status, told in operation["responses"].items():
        answer = _resolved(told, document)
        content = answer.get("content", {})
        if not _chinese(answer["description"]):
            yield "description", where, f"{status} is not described in Chinese"
        if status.startswith("2"):
            if not content or any(kind.endswith("json") and not one.get("schema") for kind, one in content.items()):
                yield "answer", where, f"{status} does not say what it answers"
            for kind, one in content.items():
                if one.get("schema") and kind.endswith("json"):
                    yield from _untrue(f"{where} {status}", one["schema"], one.get("example"), document)
        elif set(content) != {"application/problem+json"}:
            yield "problem", where, f"{status} is no problem document"


def _untrue(where: str, schema: Mapping[str, Any], example: Any, document: Document) -> Iterator[Fault]:
    """An example that its own schema refuses."""
    for error in _validator(schema, document).iter_errors(example):
        yield "example", where, f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"


def _validator(schema: Mapping[str, Any], document: Document) -> Draft202012Validator:
    whole = {"components": document["components"], **schema}
    return Draft202012Validator(whole, format_checker=FormatChecker())


def _resolved(told: Document, document: Document) -> Document:
    if "$ref" not in told:
        return told
    found: Any = document
    for part in told["$ref"].removeprefix("#/").split("/"):
        found = found[part.replace("~1", "/")]
    return dict(found)


def _chinese(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)
