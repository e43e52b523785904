"""What every test may ask for."""

import structlog

# Also where `rich` is installed: its tracebacks evaluate the variables of a test, some of which fail on purpose.
structlog.configure(processors=[structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)])

pytest_plugins = ["tests.support.fixtures", "tests.factories", "tests.support.web", "tests.support.office_fixtures"]
