"""What running processes say of themselves: on stderr, as text on a terminal and as JSON, a line each, elsewhere."""

import logging
import re
import sys
from typing import Final

import structlog
from structlog.typing import EventDict, Processor

_ORDERS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def without_orders(_logger: object, _method: str, said: EventDict) -> EventDict:
    """For a terminal, with every control character of its values spelled out: what strangers send may stand in them, such as an
    address, and a terminal would obey it.
    """
    return {
        name: _ORDERS.sub(lambda found: f"\\x{ord(found[0]):02x}", value) if isinstance(value, str) else value
        for name, value in said.items()
    }


def configure(level: int = logging.INFO) -> None:
    """Set up logging for this process; for the commands that keep running."""
    terminal = sys.stderr.isatty()
    # Causes as text on one JSON line; the terminal's renderer lays them out itself.
    ending: list[Processor] = (
        [without_orders, structlog.dev.ConsoleRenderer()]
        if terminal
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(sort_keys=True, default=str)]
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *ending,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    # The parts we build on speak up only when something is wrong.
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
