"""Logs of the processes that keep running: on stderr, as text on a terminal and as one JSON object a line elsewhere."""

import logging
import re
import sys
from typing import Final

import structlog
from structlog.typing import EventDict, Processor

_CONTROL_CHARS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def escape_control_chars(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Return the event with the control characters of its values written out.

    Values such as addresses come from strangers, and a terminal would obey what they contain.
    """
    return {
        name: _CONTROL_CHARS.sub(lambda found: f"\\x{ord(found[0]):02x}", value) if isinstance(value, str) else value
        for name, value in event.items()
    }


def build_processors(*, terminal: bool) -> list[Processor]:
    """What every event passes through, the last one writing it as text."""
    # The renderer's own choice shows local variables where `rich` is installed: among them passwords and rows.
    console = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    json = structlog.processors.JSONRenderer(sort_keys=True, default=str)
    ending: list[Processor] = [escape_control_chars, console] if terminal else [structlog.processors.format_exc_info, json]
    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        *ending,
    ]


def configure(level: int = logging.INFO) -> None:
    """Set up logging for this process."""
    structlog.configure(
        processors=build_processors(terminal=sys.stderr.isatty()),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    # Libraries log what is wrong and nothing else.
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
