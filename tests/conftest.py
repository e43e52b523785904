"""What every test may ask for."""

from pathlib import Path

import pytest
import structlog
from flask import Flask

from tests.support.markup import MarkupClient

# Also where `rich` is installed: its tracebacks evaluate the variables of a test, some of which fail on purpose.
structlog.configure(processors=[structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)])

# Whatever an application of a test is made of, its pages are read alike.
Flask.test_client_class = MarkupClient

pytest_plugins = [
    "tests.support.cheap",
    "tests.support.fixtures",
    "tests.factories",
    "tests.support.web",
    "tests.support.office_fixtures",
]

# Tests that take more than a tenth of a second on SQLite; `make quick` leaves them out.
SLOW = frozenset(Path(__file__).with_name("slow.txt").read_text("utf-8").split())

# Who asks for one of these starts that server, though no parameter of the test may say so.
ON_POSTGRESQL = frozenset({"postgres_server", "postgres_database"})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.nodeid.partition("[")[0] in SLOW:
            item.add_marker(pytest.mark.slow)
        if ON_POSTGRESQL & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.postgresql)
