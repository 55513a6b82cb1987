"""Why may a request be refused, and what then? Every refusal of the code, collected: `docs/problems.md`."""

from __future__ import annotations

from checks.codes import refusals
from checks.facts import House
from shenguan_chassis.refusals import Refusal

_HEAD = """\
# Problems

Whoever is refused reads an RFC 9457 problem document: `code` is stable, English and meant for programs; `title` and
`detail` are Chinese and say what to do next; `rule` names the article or requirement, `field` the input at fault.
`type` leads to this catalogue as each service serves it: `<prefix>/problems#<code>`. `facts` may name numbers and
states, never anything personal; `trace` is what to tell when help is asked for.

`invalid_request` (422) lists every fault of a request at once under `errors`: `in` (body, query, path, header),
`field`, `pointer` (JSON pointer of a body's field), `rule`, `detail` and `next_step`.

ALL is 行政许可法, APL 行政处罚法, R… a requirement of the notice.

A refused command leaves its row in the journal, changes nothing (unless it says that it leaves a trace), and does not
use up its Idempotency-Key.
"""
_COLUMNS = """
| code | status | rule 依据 | field 字段 | what it says 说明 |
|---|---|---|---|---|
"""


def problems_page(house: House) -> str:
    """A table for each package that refuses, by slice and code; what every door says is the chassis's."""
    parts = [_HEAD]
    package = ""
    said = [(_place(source.name), refusal) for source, refusal in refusals(house)]
    for place, refusal in sorted(said, key=lambda found: (found[0], found[1].code)):
        if place != package:
            package = place
            parts += [f"\n## {place}\n", _COLUMNS]
        parts.append(_row(refusal))
    return "".join(parts)


def _place(module: str) -> str:
    """`approval_svc.cases`, `shenguan_kernel.documents`; the chassis has no slices."""
    parts = module.split(".")
    return parts[0] if parts[0] == "shenguan_chassis" or len(parts) < 3 else ".".join(parts[:2])


def _row(refusal: type[Refusal]) -> str:
    field = f"`{refusal.field}`" if refusal.field else ""
    anchor = f'<a id="{refusal.code}"></a>'
    return f"| `{refusal.code}`{anchor} | {refusal.status} | {refusal.rule} | {field} | {refusal.detail()} |\n"
