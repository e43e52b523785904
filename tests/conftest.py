"""What every test may ask for."""

import structlog
from flask import Flask

from tests.support.markup import MarkupClient

# Also where `rich` is installed: its tracebacks evaluate the variables of a test, some of which fail on purpose.
structlog.configure(processors=[structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)])

# Whatever an application of a test is made of, its pages are read alike.
Flask.test_client_class = MarkupClient

pytest_plugins = ["tests.support.fixtures", "tests.factories", "tests.support.web", "tests.support.office_fixtures"]
