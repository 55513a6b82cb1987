"""How does a service tell what it does? A JSON object a line, with the trace of the work in hand; nothing personal."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.tracebacks import ExceptionDictTransformer

from .personal.texts import masked, masked_all
from .trace import current, trace_id


def _with_trace(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if trace := trace_id(current.get()):
        line["trace"] = trace
    return line


def _without_numbers(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The second net: what is personal shows itself masked already, and texts that hold numbers are refused."""
    return {name: masked_all(value) for name, value in line.items()}


class _Masking(logging.Formatter):
    """The same for the lines of libraries, with whatever their exceptions say."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))


def configure(level: str, *, human: bool = False) -> None:
    """Set up logging once per process: JSON lines on stderr, or readable ones for a person at a terminal."""
    # No local variables in tracebacks: they may hold what must not be in a log.
    as_json: list[Any] = [
        structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
        _without_numbers,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
    for_people: list[Any] = [
        structlog.processors.format_exc_info,
        _without_numbers,
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]
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
    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(_Masking("%(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[lines])
    # Whatever it cannot do is raised as well, and told by us in a line that machines can read.
    logging.getLogger("aiokafka").setLevel("DEBUG" if level == "DEBUG" else "CRITICAL")


def log(**context: Any) -> Any:
    """A logger that carries `context` on every line."""
    return structlog.get_logger(**context)
