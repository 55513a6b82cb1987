"""Is every slice of a service in its app.py? One that is forgotten there says, hears and answers nothing."""

from __future__ import annotations

from checks.facts import House
from checks.findings import Finding


def mounting(house: House) -> list[Finding]:
    """Each slice folder that its service does not name."""
    mounted = {piece.__name__ for service in house.services for piece in service.slices}
    there = {
        ".".join(source.name.split(".")[:2]): source.path
        for source in house.sources
        if source.layer == "services" and source.slice is not None and not source.is_test
    }
    return sorted(
        Finding(path, 1, "unmounted-slice", f"{name} is in no app.py", "Add it to its service's `slices`.")
        for name, path in there.items()
        if name not in mounted
    )
