"""One structured log line per event, as JSON, with the ids that join lines together and without secrets."""

import logging
from contextvars import ContextVar

import structlog

from common.problems import request_id
from common.redaction import without_named_secrets, without_secrets

# The job that writes the line, by name and by the id of its message; empty outside workers.
job_name: ContextVar[str] = ContextVar("job_name", default="")
job_id: ContextVar[str] = ContextVar("job_id", default="")


def _add_ids(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    event["request_id"] = request_id.get()
    if job_name.get():
        event["job"], event["job_id"] = job_name.get(), job_id.get()
    return event


def _hide_named(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    return without_named_secrets(event)


class LineFormatter(structlog.stdlib.ProcessorFormatter):
    """JSON lines; the finished line is searched for shapes of secrets, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        """One line without secrets."""
        return without_secrets(super().format(record))


def line_formatter() -> logging.Formatter:
    """The formatter named in `settings.LOGGING`."""
    return LineFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_logger_name,
            structlog.stdlib.add_log_level,
            structlog.stdlib.ExtraAdder(),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _add_ids,
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            _hide_named,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
