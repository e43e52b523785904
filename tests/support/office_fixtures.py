"""What tests of the reminders may ask for."""

from collections.abc import Callable, Generator
from dataclasses import replace
from datetime import datetime

import pytest

from tests.notifications.harness import Office
from tests.support.mail import Sink, smtp_sink
from tracker.config import Settings
from tracker.db import Database


@pytest.fixture
def sink() -> Generator[Sink]:
    """A mail server of the test's own."""
    with smtp_sink() as made:
        yield made


@pytest.fixture
def office(database: Database, settings: Settings, sink: Sink, clock_at: Callable[[datetime], None]) -> Office:
    """The newsroom of the test's database."""
    mailing = replace(settings, smtp_url=sink.url, mail_from="tracker@example.org", base_url="https://tracker.example.org")
    return Office(database, mailing, sink, clock_at)
