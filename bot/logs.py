"""Logs: one JSON object a line, on standard error, in which nothing stands that nobody may keep.

Everything passes one chain, our own events and whatever the vendors' libraries say through the standard
library. Every text is scrubbed (`handlers.scrub.scrub_for_logs`) and cut, tracebacks are told without local
variables, bodies and secrets are withheld by their key, and an object that is no plain value is named by
its class only, because what it prints may be a whole payload.
"""

from __future__ import annotations

import contextlib
import json
import logging
import sys
import threading
import types
from typing import TYPE_CHECKING, TextIO

import structlog
from structlog.processors import ExceptionRenderer, JSONRenderer, TimeStamper
from structlog.stdlib import BoundLogger, LoggerFactory, ProcessorFormatter, add_log_level, add_logger_name

from bot.log_values import cleaned, told_exception

if TYPE_CHECKING:
    from structlog.typing import EventDict, WrappedLogger

VENDORS = (
    "aiohttp", "apscheduler", "asyncio", "google", "gspread", "httpcore", "httpx", "multipart", "procrastinate",
    "psycopg", "requests", "slack_bolt", "slack_sdk", "telegram", "urllib3", "uvicorn.access", "websockets",
)  # fmt: skip
"""Loggers kept to warnings, with all below them: at INFO httpx logs tokens in addresses, and Bolt whole bodies."""


def configure(level: str = "INFO", *, vendor_level: str = "WARNING", stream: TextIO | None = None) -> None:
    """Send all logs of this process through the chain. Safe to repeat: the last call counts.

    Args:
        level: the least level of our own events, by its name in the standard library.
        vendor_level: the least level of the vendors' libraries, whatever level they set on their own loggers.
        stream: where the lines go; standard error when None, so that standard output stays free for answers.
    """
    shared = [structlog.contextvars.merge_contextvars, add_logger_name, add_log_level]
    stamp = TimeStamper(fmt="iso", utc=True, key="at")
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, stamp, ProcessorFormatter.wrap_for_formatter],
        wrapper_class=BoundLogger,
        logger_factory=LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = _Handler(stream or sys.stderr)
    handler.addFilter(_Quiet(vendor_level))
    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=[*shared, stamp],
            processors=[
                ProcessorFormatter.remove_processors_meta,
                ExceptionRenderer(told_exception),
                _clean,
                JSONRenderer(),
            ],
        )
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in VENDORS:
        # Some libraries take a logger out of the chain, or give it a handler of its own that scrubs nothing.
        for logger in {logging.getLogger(name), logging.getLogger(name.partition(".")[0])}:
            logger.handlers.clear()
            logger.propagate, logger.disabled = True, False
        logging.getLogger(name).setLevel(vendor_level)


def get_logger(name: str) -> BoundLogger:
    """Return the logger of a module.

    Used as `log = get_logger(__name__)`, then `log.info("case_filed", case=case.id)`: an event is a short
    name and values by key. No bodies: what a person wrote does not belong in a log.
    """
    logger: BoundLogger = structlog.stdlib.get_logger(name)
    return logger


def log_uncaught() -> None:
    """Log what Python would print by itself, through the chain: uncaught errors, of threads as well.

    For the start of a process, after `configure`. Warnings are logged as well. Safe to repeat.
    """
    log = get_logger("uncaught")

    def of_process(
        kind: type[BaseException], error: BaseException, trace: types.TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            return
        log.critical("process_failed", exc_info=(kind, error, trace))

    def of_thread(failed: threading.ExceptHookArgs) -> None:
        error = failed.exc_value or failed.exc_type()
        name = failed.thread.name if failed.thread else None
        log.error("thread_failed", thread=name, exc_info=(failed.exc_type, error, failed.exc_traceback))

    sys.excepthook = of_process
    threading.excepthook = of_thread
    logging.captureWarnings(capture=True)


class _Quiet(logging.Filter):
    """Keeps the vendors' lines out by name, because some libraries set the level of their loggers themselves."""

    def __init__(self, level: str) -> None:
        super().__init__()
        self._least = logging.getLevelNamesMapping()[level]

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno >= self._least:
            return True
        return not any(
            record.name == name or record.name.startswith((f"{name}.", f"{name}:")) for name in VENDORS
        )


class _Handler(logging.StreamHandler[TextIO]):
    """Writes lines; of one that cannot be written it says so, without the arguments that Python would print."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # The standard library's name.
        lost = {"event": "log_line_lost", "logger": record.name, "level": "error"}
        with contextlib.suppress(OSError, ValueError):
            self.stream.write(json.dumps(lost) + self.terminator)


def _clean(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Make every value of an event fit for a log; the last processor before it becomes JSON."""
    clean = cleaned(dict(event))
    return clean if isinstance(clean, dict) else {}
