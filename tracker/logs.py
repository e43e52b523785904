"""What running processes say of themselves: on stderr, as text on a terminal and as JSON, a line each, elsewhere."""

import logging
import sys

import structlog
from structlog.typing import Processor


def configure(level: int = logging.INFO) -> None:
    """Set up logging for this process; for the commands that keep running."""
    terminal = sys.stderr.isatty()
    # Causes as text on one JSON line; the terminal's renderer lays them out itself.
    ending: list[Processor] = (
        [structlog.dev.ConsoleRenderer()]
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
