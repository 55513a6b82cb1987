"""Does Spectral agree? Its rules over `docs/openapi/*.json` where Node and npm are; elsewhere it says so aloud.

`python -m checks` holds openapi-spec-validator and our own rules against the same documents in any case.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "@stoplight/spectral-cli@6.15.0"


def main() -> int:
    """Lint; answers Spectral's exit code, 0 if there is none to run."""
    npx = shutil.which("npx")
    if npx is None or not _is_there(npx):
        sys.stdout.write("NOT RUN  Spectral: no Node, or npm answers not; the house's own rules and validator held\n")
        return 0
    documents = sorted(map(str, (ROOT / "docs/openapi").glob("*.json")))
    rules = ["--ruleset", str(ROOT / "checks/spectral.yaml"), "--fail-severity", "warn"]
    done = subprocess.run([npx, "--yes", PACKAGE, "lint", *rules, *documents], check=False)  # noqa: S603 - all ours
    sys.stdout.write(f"{'NO' if done.returncode else 'ok'}  Spectral\n")
    return done.returncode


def _is_there(npx: str) -> bool:
    """Whether the package can be had: fetched now, or kept from before."""
    asked = subprocess.run([npx, "--yes", PACKAGE, "--version"], check=False, capture_output=True, timeout=180)  # noqa: S603
    return asked.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
