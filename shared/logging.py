"""Structured logs: one JSON line an event on standard output.

Never log a payload, an ID number or a name; a person is a `person_key`. aiokafka writes a line a
retry while a broker is away, so its logger is throttled to one line a minute.
"""

from __future__ import annotations

import logging
import time
from typing import Any

import structlog


class _OncePerMinute(logging.Filter):
    def __init__(self) -> None:
        super().__init__()
        self._last: dict[tuple[str, int], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        key = (record.pathname, record.lineno)
        due = time.monotonic() - self._last.get(key, -60.0) >= 60
        if due:
            self._last[key] = time.monotonic()
        return due


def configure(service: str, role: str) -> None:
    """Set up logging of this process; every line names the service and the role (api, worker)."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s", force=True)
    for name in ("aiokafka", "aiokafka.conn", "aiokafka.consumer", "aiokafka.producer"):
        logging.getLogger(name).addFilter(_OncePerMinute())
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=False,
    )
    structlog.contextvars.bind_contextvars(service=service, role=role)


def get() -> Any:
    """The logger: `log.info("event_name", key=value)`."""
    return structlog.get_logger()
