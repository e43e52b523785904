"""An editor at a newsroom that is measured, and what it costs there to look at a page."""

import contextlib
import sys
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from flask import Flask, template_rendered
from sqlalchemy import select

from tests.bench import making
from tests.bench.measuring import Cost, median
from tests.bench.newsrooms import Newsroom
from tests.factories import make_editor
from tests.support.web import Client, password_hash
from tracker import clock
from tracker.accounts.models import Editor
from tracker.app import create_app
from tracker.config import Settings
from tracker.db import Database

NOW: Final = datetime.combine(making.TODAY, datetime.min.time(), making.START.tzinfo) + timedelta(hours=9)
Steps = Iterator["Figure | None"]  # None: a round was measured, and others may have their turn
SECRET: Final = "measured by nobody but the benchmark, 1974-2026"
TRACKER: Final = Path(sys.executable).with_name("tracker")


@dataclass(frozen=True)
class Figure:
    """One line of the table. `beside`: CPU seconds of the same work done otherwise, or of what it may be compared with, each with
    how many times that it may cost. `small`: how many times it may cost what it does in the smallest newsroom."""

    path: str
    cost: Cost
    small: float | None = None
    beside: dict[str, tuple[float, float]] = field(default_factory=dict)
    other: dict[str, tuple[float, float]] = field(default_factory=dict)  # what is no CPU time: found, and at most


@dataclass
class Desk:
    """An editor at a newsroom that is measured."""

    newsroom: Newsroom
    database: Database
    app: Flask
    client: Client
    editor: Editor
    second: Editor

    def get(self, address: str) -> None:
        """Look at a page."""
        answer = self.client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status_code}")
        _ = answer.data

    def page(self, address: str) -> Generator[None, None, Cost]:
        """What a page costs."""
        return median(lambda: self.get(address), self.newsroom.server, times=3)

    def bare(self, address: str) -> Generator[None, None, float]:
        """What a route costs that only draws the template: what the page handed to it is kept, and no database is asked."""
        seen: list[tuple[Any, dict[str, Any]]] = []

        def keep(_app: Flask, template: Any, context: dict[str, Any]) -> None:
            seen.append((template, context))

        with template_rendered.connected_to(keep, self.app):
            self.get(address)
        template, context = seen[0]
        functions = self.app.before_request_funcs[None]
        whole = yield from self._in_place_of_routes(functions, lambda: template.render(context), address)
        signed_in = yield from self._in_place_of_routes(functions, lambda: "nothing", address)
        plain = Flask("plain")
        plain.add_url_rule("/", view_func=lambda: "nothing")
        client = plain.test_client()
        nothing = yield from median(lambda: client.get("/"), times=50)
        return whole - signed_in + nothing.cpu

    def _in_place_of_routes(self, functions: list[Any], answer: Callable[[], Any], address: str) -> Generator[None, None, float]:
        functions.append(answer)
        try:
            return (yield from self.page(address)).cpu
        finally:
            functions.pop()

    def environment(self) -> dict[str, str]:
        """For commands on this newsroom."""
        return {
            "TRACKER_HOME": str(self.newsroom.home),
            "TRACKER_DATABASE_URL": self.newsroom.url,
            "TRACKER_SECRET_KEY": SECRET,
        }


@contextlib.contextmanager
def desk(newsroom: Newsroom) -> Iterator[Desk]:
    """Sit down at a newsroom, on its day."""
    real, clock.now = clock.now, lambda: NOW
    database = Database(newsroom.url)
    try:
        settings = Settings(home=newsroom.home, database_url=newsroom.url, secret_key=SECRET)
        app = create_app(settings, database)
        app.testing = True
        app.test_client_class = Client
        first, second = _editors(database)
        client = app.test_client()
        assert isinstance(client, Client)
        client.sign_in("desk1@example.org")
        yield Desk(newsroom, database, app, client, first, second)
    finally:
        clock.now = real
        database.dispose()


def _editors(database: Database) -> list[Editor]:
    """Two who may do everything; in a newsroom that was kept they are there already."""
    emails = [f"desk{n}@example.org" for n in (1, 2)]
    with database.reading() as session:
        found = list(session.scalars(select(Editor).where(Editor.email.in_(emails)).order_by(Editor.id)))
    if not found:
        found = [make_editor(database, email=email, roles=("editor", "chief", "admin")) for email in emails]
        with database.writing() as session:
            session.get_one(Editor, found[0].id).password = password_hash()
    return found
