"""Which differences between two editions of a schema break somebody?

Two readers count: one with the old schema that hears a new event, and one with the new schema that reads an old event,
for events are kept for good and sent again. So a field keeps its form for ever; what may come is an optional field.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Schema = dict[str, Any]

WHY = {
    "field-removed": "readers of the released schema look for it",
    "newly-required": "events kept from before lack it",
    "no-longer-required": "readers of the released schema need it",
    "type-changed": "readers of the released schema cannot read it",
    "type-widened": "readers of the released schema refuse what is new",
    "type-narrowed": "events kept from before may carry what is refused now",
    "code-added": "readers of the released schema refuse a code they do not know",
    "code-removed": "events kept from before may carry it",
    "value-changed": "readers of the released schema expect the old value",
    "constraint-loosened": "readers of the released schema refuse what is allowed now",
    "constraint-tightened": "events kept from before may be refused now",
    "default-changed": "an event without the field would mean something else",
}
"""Each rule with whom a break of it hurts."""

_NOT_COMPARED = {"$schema", "$id", "$defs", "title", "description", "examples"}
_LOOSER_IF_LESS = {"minLength", "minimum", "minItems"}
_LOOSER_IF_MORE = {"maxLength", "maximum", "maxItems"}
_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Break:
    """One broken promise: the field by its path in the envelope, the rule of `WHY`, and what differs."""

    field: str
    rule: str
    what: str


def breaks(old: Schema, new: Schema) -> list[Break]:
    """All differences that break a reader, in order of the fields."""
    return sorted(_Comparison(old, new).schemas(old, new, ""), key=lambda found: (found.field, found.rule))


class _Comparison:
    """Two whole schemas, so that references can be followed in each."""

    def __init__(self, old: Schema, new: Schema) -> None:
        self._old, self._new = old, new

    def schemas(self, old: Schema, new: Schema, field: str) -> Iterator[Break]:
        """Compare one field's schemas, branch by branch."""
        yield from _default(old, new, field)
        before, after = _branches(old, self._old), _branches(new, self._new)
        gone, come = sorted(before.keys() - after.keys()), sorted(after.keys() - before.keys())
        if gone or come:
            rule = "type-changed" if gone and come else "type-narrowed" if gone else "type-widened"
            yield Break(field, rule, f"{' | '.join(sorted(before))} became {' | '.join(sorted(after))}")
        for kind in sorted(before.keys() & after.keys()):
            yield from self._branch(before[kind], after[kind], field)

    def _branch(self, old: Schema, new: Schema, field: str) -> Iterator[Break]:
        yield from self._fields(old, new, field)
        yield from _codes(old, new, field)
        if "items" in old and "items" in new:
            yield from self.schemas(old["items"], new["items"], f"{field}[]")
        for name in sorted((old.keys() | new.keys()) - {"properties", "required", "enum", "items"}):
            yield from _constraint(name, old.get(name, _ABSENT), new.get(name, _ABSENT), field)

    def _fields(self, old: Schema, new: Schema, field: str) -> Iterator[Break]:
        before, after = old.get("properties", {}), new.get("properties", {})
        required, now_required = set(old.get("required", ())), set(new.get("required", ()))
        for name, schema in before.items():
            path = f"{field}.{name}".lstrip(".")
            if name not in after:
                yield Break(path, "field-removed", "it is gone or has another name")
                continue
            if name in required - now_required:
                yield Break(path, "no-longer-required", "it may be missing now")
            yield from self.schemas(schema, after[name], path)
        for name in sorted(now_required - required):
            yield Break(f"{field}.{name}".lstrip("."), "newly-required", "it must be there now")


def _branches(schema: Schema, whole: Schema) -> dict[str, Schema]:
    """The alternatives of a schema by type and format, references followed, notes for people left out."""
    if "$ref" in schema:
        schema = {**whole["$defs"][schema["$ref"].rpartition("/")[2]], **schema}
        del schema["$ref"]
    if "anyOf" in schema:
        return {kind: branch for found in schema["anyOf"] for kind, branch in _branches(found, whole).items()}
    compared = {
        name: value for name, value in schema.items() if name not in _NOT_COMPARED | {"default"} and name[:2] != "x-"
    }
    return {"/".join(str(compared[name]) for name in ("type", "format") if name in compared): compared}


def _default(old: Schema, new: Schema, field: str) -> Iterator[Break]:
    before, after = old.get("default", _ABSENT), new.get("default", _ABSENT)
    if before is not _ABSENT and after is not _ABSENT and before != after:
        yield Break(field, "default-changed", f"{before!r} became {after!r}")


def _codes(old: Schema, new: Schema, field: str) -> Iterator[Break]:
    if "enum" not in old and "enum" not in new:
        return
    if "enum" not in new:
        yield Break(field, "constraint-loosened", "any code is allowed now")
    elif "enum" not in old:
        yield Break(field, "constraint-tightened", "only some codes are allowed now")
    else:
        yield from (Break(field, "code-added", repr(code)) for code in new["enum"] if code not in old["enum"])
        yield from (Break(field, "code-removed", repr(code)) for code in old["enum"] if code not in new["enum"])


def _constraint(name: str, old: Any, new: Any, field: str) -> Iterator[Break]:
    if old == new:
        return
    was, now = ("none" if value is _ABSENT else repr(value) for value in (old, new))
    what = f"{name} {was} became {now}"
    if name == "const":
        yield Break(field, "value-changed", what)
        return
    looser, tighter = _directions(name, old, new)
    if looser:
        yield Break(field, "constraint-loosened", what)
    if tighter:
        yield Break(field, "constraint-tightened", what)


def _directions(name: str, old: Any, new: Any) -> tuple[bool, bool]:
    """Is the new constraint looser, is it tighter? Both where the two cannot be compared, as two patterns."""
    if old is _ABSENT or new is _ABSENT:
        return new is _ABSENT, old is _ABSENT
    if name in _LOOSER_IF_LESS:
        return new < old, new > old
    if name in _LOOSER_IF_MORE:
        return new > old, new < old
    return True, True
