"""Logs on stdout, one JSON object a line (AUT-MON-03)."""

from __future__ import annotations

import logging
import logging.config
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from pythonjsonlogger.core import RESERVED_ATTRS

_context: ContextVar[dict[str, str]] = ContextVar("log_context", default={})  # noqa: B039 - never changed in place


@contextmanager
def context(**fields: str) -> Iterator[None]:
    """Add fields (request_id, user_id, workflow_id) to every record logged inside the block."""
    token = _context.set({**_context.get(), **fields})
    try:
        yield
    finally:
        _context.reset(token)


class ContextFilter(logging.Filter):
    """Copies the context's fields onto the record; what the call itself gave in `extra` wins."""

    def filter(self, record: logging.LogRecord) -> bool:
        for name, value in _context.get().items():
            if not hasattr(record, name):
                setattr(record, name, value)
        return True


def configure(level: str = "INFO", form: str = "json") -> None:
    """Set up the root logger; `form` is json or text."""
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "filters": {"context": {"()": ContextFilter}},
            "formatters": {
                "json": {
                    "()": "pythonjsonlogger.json.JsonFormatter",
                    "format": "{levelname}{name}{message}{module}{funcName}{lineno}",
                    "style": "{",
                    "timestamp": True,
                    "rename_fields": {
                        "levelname": "level",
                        "name": "logger",
                        "funcName": "function",
                        "lineno": "line",
                        "exc_info": "exception",
                    },
                    "reserved_attrs": [*RESERVED_ATTRS, "color_message"],  # the latter is uvicorn's, for terminals
                },
                "text": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"},
            },
            "handlers": {
                "stdout": {
                    "class": "logging.StreamHandler",
                    "stream": "ext://sys.stdout",
                    "formatter": form,
                    "filters": ["context"],
                }
            },
            "root": {"level": level, "handlers": ["stdout"]},
            "loggers": {name: {"level": "WARNING"} for name in ("alembic", "sqlalchemy.engine", "uvicorn.access")},
        }
    )
