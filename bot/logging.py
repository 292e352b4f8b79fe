"""Structured logs on standard error, with personal numbers taken out."""

import logging
import sys
from typing import cast

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.redaction import redact
from bot.settings import Settings


def redact_event(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Redact every text value of an event."""
    return {key: redact(value) if isinstance(value, str) else value for key, value in event.items()}


def _standard_error(*_: object) -> structlog.PrintLogger:
    """Standard error as it is now, for it may be redirected after logging is set up."""
    return structlog.PrintLogger(sys.stderr)


def set_up(settings: Settings) -> None:
    """Logs for people on a terminal or as JSON lines for a collector."""
    as_json = settings.log_format == "json"
    renderer: Processor = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            cast(Processor, redact_event),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[settings.log_level]
        ),
        logger_factory=_standard_error,
    )
