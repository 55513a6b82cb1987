"""What may operators and auditors ask of a service? Whether its journal is whole; what was set aside, and to try it again."""

from __future__ import annotations
