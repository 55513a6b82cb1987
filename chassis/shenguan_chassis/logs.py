"""How does a service tell what it does? A JSON object a line, with the trace of the work in hand; nothing personal."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.tracebacks import ExceptionDictTransformer

from .trace import current, trace_id


def _with_trace(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if trace := trace_id(current.get()):
        line["trace"] = trace
    return line


def configure(level: str, *, human: bool = False) -> None:
    """Set up logging once per process: JSON lines on stderr, or readable ones for a person at a terminal."""
    # No local variables in tracebacks: they may hold what must not be in a log.
    as_json: list[Any] = [
        structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
    for_people: list[Any] = [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _with_trace,
            *(for_people if human else as_json),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
    # Whatever it cannot do is raised as well, and told by us in a line that machines can read.
    logging.getLogger("aiokafka").setLevel("DEBUG" if level == "DEBUG" else "CRITICAL")


def log(**context: Any) -> Any:
    """A logger that carries `context` on every line."""
    return structlog.get_logger(**context)
