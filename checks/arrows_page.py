"""Which package and slice knows which, and who hears whom? The diagrams of `docs/arrows.md`, drawn from the code."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator

from checks.facts import House
from checks.sources import Source
from checks.spoken_names import origin

_HEAD = """\
# Arrows

Drawn from the imports and the reactions; `make check` fails when they differ. `.importlinter` says which arrows may be.
"""
_PACKAGES = "## Who imports whom"
_SLICES = "## Slices that ask each other\n\nThrough commands, views and rules; services never import each other."
_HEARING = (
    "## Who hears whom\n\nEach arrow is an event with a reaction; what a listener keeps of every event is left out."
)

Arrow = tuple[str, str]


def arrows_page(house: House) -> str:
    """Three diagrams: packages, slices, events."""
    imports = _all_imports(house.sources)
    return "\n".join(
        [
            _HEAD,
            _PACKAGES,
            _diagram("TD", _arrows((_package(a), _package(b)) for a, b in imports)),
            _SLICES,
            _diagram("LR", _slices(house, imports)),
            _HEARING,
            _diagram("LR", _heard(house)),
        ]
    )


def _diagram(direction: str, lines: Iterable[str]) -> str:
    return "\n".join(["", "```mermaid", f"flowchart {direction}", *(f"  {line}" for line in lines), "```", ""])


def _arrows(arrows: Iterable[Arrow]) -> Iterator[str]:
    return (f"{a} --> {b}" for a, b in sorted(set(arrows)) if a != b)


def _slices(house: House, imports: set[Arrow]) -> Iterator[str]:
    """A box per service with its slices, and which of them ask another."""
    known = {f"{service.name}_svc": [piece.__name__ for piece in service.slices] for service in house.services}
    for package, slices in known.items():
        yield f"subgraph {package}"
        yield from (f'  {_id(package, noun)}["{noun.rpartition(".")[2]}"]' for noun in slices)
        inner = ((_slice_of(a, slices), _slice_of(b, slices)) for a, b in imports if _package(a) == package)
        yield from (f"  {line}" for line in _arrows((_id(package, a), _id(package, b)) for a, b in inner if a and b))
        yield "end"


def _id(package: str, noun: str) -> str:
    return f"{package}_{noun.rpartition('.')[2]}"


def _slice_of(module: str, slices: list[str]) -> str:
    return next((noun for noun in slices if module == noun or module.startswith(f"{noun}.")), "")


def _heard(house: House) -> Iterator[str]:
    heard: dict[Arrow, set[str]] = defaultdict(set)
    for service in house.services:
        for event, reactions in service.reactions.items():
            if any(not set(reaction.events) >= set(house.said) for reaction in reactions):
                for speaker in house.speakers[event]:
                    heard[speaker, service.name].add(event.__name__)
    for (speaker, listener), events in sorted(heard.items()):
        yield f'{speaker} -- "{"<br>".join(sorted(events))}" --> {listener}'


def _all_imports(sources: list[Source]) -> set[Arrow]:
    ours = [source for source in sources if not source.is_test and source.layer != "checks"]
    packages = {_package(source.name) for source in ours}
    return {(source.name, name) for source in ours for name in _imports(source) if _package(name) in packages}


def _imports(source: Source) -> Iterator[str]:
    for node in source.nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{origin(node, source.package)}.{alias.name}" for alias in node.names)


def _package(module: str) -> str:
    return module.partition(".")[0]
